"""The HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Header, HTTPException, Path, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from shop import orders
from shop.database import Base, SessionDep, engine
from shop.models import Order, Product
from shop.schemas import MAX_ID, OrderCreate, OrderRead, Problem, ProductCreate, ProductRead


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the missing tables when the service starts."""
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="shop", version="0.1.0", lifespan=lifespan)

PathId = Annotated[int, Path(ge=1, le=MAX_ID)]
IdempotencyKey = Annotated[UUID, Header(description="The same for every attempt to place one order.")]


@app.exception_handler(RequestValidationError)
def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
    """Say what is wrong with a request without repeating it, as FastAPI would: JSON has no word for some numbers."""
    detail = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
    return JSONResponse({"detail": detail}, status.HTTP_422_UNPROCESSABLE_CONTENT)


@app.post("/products", status_code=status.HTTP_201_CREATED, response_model=ProductRead)
def create_product(product: ProductCreate, session: SessionDep) -> Product:
    """Offer a new product."""
    created = Product(**product.model_dump())
    session.add(created)
    session.commit()
    return created


@app.get(
    "/products/{product_id}", response_model=ProductRead, responses={status.HTTP_404_NOT_FOUND: {"model": Problem}}
)
def read_product(product_id: PathId, session: SessionDep) -> Product:
    """A product, with its stock as it is now."""
    found = session.get(Product, product_id)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no product {product_id}.")
    return found


@app.post(
    "/orders",
    status_code=status.HTTP_201_CREATED,
    response_model=OrderRead,
    responses={code: {"model": Problem} for code in (status.HTTP_404_NOT_FOUND, status.HTTP_409_CONFLICT)},
)
def place_order(order: OrderCreate, idempotency_key: IdempotencyKey, session: SessionDep) -> Order:
    """Place an order, all of it or nothing. Sent again with the same key, it is still one order."""
    try:
        placed = orders.place(session, idempotency_key, order.quantities())
    except orders.UnknownProductError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no product {error}.") from error
    except orders.SoldOutError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, f"There are not as many of product {error}.") from error
    except orders.KeyReusedError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, f"The key {error} belongs to another order.") from error
    session.commit()
    return placed


@app.get("/orders/{order_id}", response_model=OrderRead, responses={status.HTTP_404_NOT_FOUND: {"model": Problem}})
def read_order(order_id: PathId, session: SessionDep) -> Order:
    """An order, with its items."""
    found = session.get(Order, order_id)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no order {order_id}.")
    return found


@app.post(
    "/orders/{order_id}/cancel",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={status.HTTP_404_NOT_FOUND: {"model": Problem}},
)
def cancel_order(order_id: PathId, session: SessionDep) -> None:
    """Cancel an order. Sent again, it is still cancelled once."""
    try:
        orders.cancel(session, order_id)
    except orders.UnknownOrderError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no order {error}.") from error
    session.commit()
