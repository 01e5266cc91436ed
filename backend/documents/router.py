"""Public documents by their CID: what a CID stands for never changes."""

from typing import Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response

from backend import errors
from backend.deps import CidPath, documents_of
from backend.documents.cid import Cid
from backend.documents.errors import DocumentDamagedError, DocumentMissingError
from backend.documents.kinds import PUBLIC, SEALED, kind_of
from backend.openapi import described_file

router: Final = APIRouter(prefix="/api/v1", tags=["documents"], default_response_class=Response)
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@router.get(
    "/documents/{cid}",
    summary="A public document",
    responses=described_file(
        (kind.media_type for kind in PUBLIC), errors.UnknownDocumentError, errors.DamagedDocumentError
    ),
)
async def document(request: Request, cid: CidPath) -> Response:
    """The bytes, checked against the CID. Encrypted documents are not served: they are unknown here."""
    try:
        content = await run_sync(documents_of(request).read, Cid.parse(cid))
    except DocumentMissingError:
        raise errors.UnknownDocumentError(cid) from None
    except DocumentDamagedError:
        raise errors.DamagedDocumentError(cid) from None
    kind = kind_of(content)
    if kind is None or kind is SEALED:
        raise errors.UnknownDocumentError(cid)
    headers = {
        "ETag": f'"{cid}"',
        "Cache-Control": _FOR_EVER,
        "Content-Disposition": f'inline; filename="{cid}.{kind.ending}"',
    }
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if headers["ETag"] in known:
        return Response(None, 304, headers)
    return Response(content, 200, headers, kind.media_type)
