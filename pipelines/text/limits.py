"""The limits of the reading stage, each with its reason. What goes beyond one is said in the document's reason.

Time and memory of a whole document are the pool's to guard (``pipelines.pool``); these keep a single step from
asking for more than a worker has.
"""

from __future__ import annotations

# --- files
MAX_BYTES = 200_000_000  # of a file: five times the largest budget annex seen; a worker holds it in memory
MAX_REPAIR_BYTES = 80_000_000  # of a broken PDF: a repair holds the file, its objects and the result
MAX_REPAIR_OBJECTS = 500_000  # of a broken PDF; the largest sound one seen has 60,000
MAX_UNPACKED = 100_000_000  # characters that the object streams of a broken PDF may unfold to

# --- pages and text
MAX_PAGES = 5_000  # of a document: at 5 ms each they fit into a worker's minute
MAX_CHARACTERS = 20_000_000  # of a document: a budget of 1,000 pages has 3 million
MAX_LAYOUT_PAGES = 60  # of a document, that pdfminer.six analyses: 50 to 250 ms each
MAX_OBJECTS = 20_000  # of a page, that are looked at: maps have hundreds of thousands of paths
MAX_DEPTH = 5  # of forms within forms on a page
MAX_ANNOTATIONS = 500  # of a page, that are looked at for text
MAX_LOOKS = 40  # pages of a document drawn small to see whether an image holds text: 10 to 50 ms each
MAX_PARTS = 1_000  # files attached to a document, that are counted

# --- optical recognition
MAX_OCR_PAGES = 1_000  # of a document: at one second each a core is busy for a quarter of an hour
MAX_RASTER_PIXELS = 30_000_000  # of a page to be recognised: A3 at 300 dpi has 17 million, a plan of 1 m² at 200 dpi 62
MAX_IMAGE_PIXELS = 120_000_000  # of an image before it is scaled down: a phone takes 108 million; 360 MB in colour
MAX_FRAMES = 500  # of a TIFF: faxes and scanners write one per page
LEAST_IMAGE_SIDE = 100  # pixels; icons, bullets and tracking dots hold no document
