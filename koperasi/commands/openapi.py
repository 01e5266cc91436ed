"""koperasi openapi"""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="Uraian API (OpenAPI) sebagai JSON. / The API's description (OpenAPI) as JSON.")(openapi)


def openapi() -> None:
    """Print the OpenAPI document; frontend/src/api/openapi.json is this."""
    from backend.app import openapi_text

    print(openapi_text(), end="")
