"""Single pictures become contact sheets, small enough for a repository."""

from pathlib import Path

from PIL import Image

GAP = 24
GROUND = "#8a8f8c"
# Text stays sharp with this few, and the file is a quarter of the size.
COLOURS = 48
MAX_CELL_HEIGHT = 430

# A picture and how wide it is to be shown.
Cell = tuple[Path, int]


def write_sheet(rows: list[list[Cell]], path: Path) -> None:
    """Write the rows of pictures below each other, each picture cut at its foot."""
    lines = [
        _lay_row([_scale(*cell) for cell in row if cell[0].exists()]) for row in rows
    ]
    width = max(line.width for line in lines)
    sheet = Image.new("RGB", (width, sum(line.height for line in lines)), GROUND)
    top = 0
    for line in lines:
        sheet.paste(line, (0, top))
        top += line.height
    _save(sheet, path)


def write_single(source: Path, width: int, path: Path) -> None:
    """Write one picture at that width."""
    _save(_scale(source, width), path)


def _lay_row(cells: list[Image.Image]) -> Image.Image:
    width = sum(cell.width + GAP for cell in cells) + GAP
    height = max(cell.height for cell in cells) + GAP
    row = Image.new("RGB", (width, height), GROUND)
    left = GAP
    for cell in cells:
        row.paste(cell, (left, GAP // 2))
        left += cell.width + GAP
    return row


def _scale(source: Path, width: int) -> Image.Image:
    picture = Image.open(source).convert("RGB")
    height = round(picture.height * width / picture.width)
    scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
    return scaled.crop((0, 0, width, min(height, MAX_CELL_HEIGHT)))


def _save(picture: Image.Image, path: Path) -> None:
    # The octree keeps a colour that stands in few places, such as the ochre mark.
    method = Image.Quantize.FASTOCTREE
    small = picture.quantize(COLOURS, method=method, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
