"""PDFium's functions that are called hundreds of times a page: with pointers as numbers they cost a third less.

They hold the interpreter's lock, for they take less time than giving it away.
"""

from __future__ import annotations

import ctypes
from ctypes import PYFUNCTYPE, c_double, c_int, c_ulong, c_void_p
from typing import Any

import pypdfium2.raw as pdfium


def address(pointer: Any) -> int:
    """A pointer of pypdfium2's as a number."""
    return ctypes.cast(pointer, c_void_p).value or 0


def _plain(function: Any, result: Any, *arguments: Any) -> Any:
    return PYFUNCTYPE(result, *arguments)(address(function))


page_object = _plain(pdfium.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
object_kind = _plain(pdfium.FPDFPageObj_GetType, c_int, c_void_p)
char_origin = _plain(pdfium.FPDFText_GetCharOrigin, c_int, c_void_p, c_int, c_void_p, c_void_p)
char_box = _plain(pdfium.FPDFText_GetCharBox, c_int, c_void_p, c_int, c_void_p, c_void_p, c_void_p, c_void_p)
char_matrix = _plain(pdfium.FPDFText_GetMatrix, c_int, c_void_p, c_int, c_void_p)
font_size = _plain(pdfium.FPDFText_GetFontSize, c_double, c_void_p, c_int)
font_info = _plain(pdfium.FPDFText_GetFontInfo, c_ulong, c_void_p, c_int, c_void_p, c_ulong, c_void_p)
