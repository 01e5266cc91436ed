"""What nobody who serves from Python and SQLite gets below: bare ASGI, FastAPI with JSON, one row by its key.

`uvicorn benchmarks.floors:bare` and `benchmarks.floors:app`, with FLOOR_DATABASE naming a ledger.
"""

import os
import sqlite3

import orjson
from fastapi import FastAPI, Response
from starlette.types import Receive, Scope, Send

_BODY = b'{"status":"ok"}'
app = FastAPI()
_database = sqlite3.connect(f"file:{os.environ['FLOOR_DATABASE']}?mode=ro", uri=True, check_same_thread=False)


@app.get("/json")
async def json() -> Response:
    return Response(orjson.dumps({"status": "ok"}), media_type="application/json")


@app.get("/row/{number}")
async def row(number: int) -> Response:
    query = "SELECT number, hash FROM entry WHERE cooperative_id = 1 AND number = ?"
    found, digest = _database.execute(query, (number,)).fetchone()
    return Response(orjson.dumps({"number": found, "hash": digest.hex()}), media_type="application/json")


async def bare(scope: Scope, _receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _BODY})
