/* What wine 8 lacks and the wheels ask for: random numbers for Rust, complex numbers for NumPy. */
#include <math.h>
#include <windows.h>

typedef struct { double real, imaginary; } Complex;
typedef struct { float real, imaginary; } SmallComplex;

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T count) { return SystemFunction036(to, (ULONG)count); }

double my_creal(Complex z) { return z.real; }
double my_cimag(Complex z) { return z.imaginary; }
float my_crealf(SmallComplex z) { return z.real; }
float my_cimagf(SmallComplex z) { return z.imaginary; }
float my_cabsf(SmallComplex z) { return (float)sqrt((double)z.real * z.real + (double)z.imaginary * z.imaginary); }
