"""JupyterLab, and the apps of chapters, on ports of this machine."""
