# SPDX-License-Identifier: Apache-2.0
"""Reference side of the encoder test: llama.cpp's own quantizers through their library.

usage: model_quantize.py make FOLDER LIBGGML_BASE MODEL_GGUF
       model_quantize.py check FOLDER LIBGGML_BASE
make: FOLDER/{random,real}.source [64, 1536] and .importance [1536] in fp32, and per type
<source>.<type>.error, the weighted squared error of llama.cpp's encoder with that importance.
check: decodes <source>.<type>.blocks with llama.cpp and compares with <source>.<type>.values, bit
for bit.
"""
import ctypes
import pathlib
import sys

import numpy
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFReader
from gguf.quants import dequantize

TYPES = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "IQ4_NL", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"]
ROWS, COLUMNS = 64, 1536


def pointer(array: numpy.ndarray) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


def decoded(library: ctypes.CDLL, name: str, blocks: numpy.ndarray) -> numpy.ndarray:
    kind, _, bits = name.partition("Q")
    suffix = f"{kind.lower()}q{bits.lower().replace('_k', '_K')}"
    values = numpy.empty((ROWS, COLUMNS), numpy.float32)
    getattr(library, f"dequantize_row_{suffix}")(pointer(blocks), pointer(values),
                                                 ctypes.c_int64(ROWS * COLUMNS))
    return values


def encoded(library: ctypes.CDLL, name: str, source, importance) -> numpy.ndarray:
    kind = GGMLQuantizationType[name]
    block, size = GGML_QUANT_SIZES[kind]
    out = numpy.zeros(ROWS * COLUMNS // block * size, numpy.uint8)
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    written = library.ggml_quantize_chunk(
        ctypes.c_int(kind.value), pointer(source), pointer(out), ctypes.c_int64(0),
        ctypes.c_int64(ROWS), ctypes.c_int64(COLUMNS), pointer(importance))
    assert written == out.size
    return out


def sources(model: str):
    random = numpy.random.default_rng(11)
    heavy = 0.04 * random.standard_t(4, (ROWS, COLUMNS))
    yield "random", heavy, random.lognormal(0, 1.2, COLUMNS)
    if pathlib.Path(model).exists():
        tensor = next(t for t in GGUFReader(model).tensors if t.name == "blk.3.ffn_down.weight")
        values = dequantize(tensor.data, tensor.tensor_type)[:ROWS]
        # The file has four bits itself; a turn of its columns leaves that grid.
        mixed = (values + numpy.roll(values, 7, axis=1)) / numpy.sqrt(2)
        yield "real", mixed, random.lognormal(0, 1.2, COLUMNS)


def make(folder: pathlib.Path, library: ctypes.CDLL, model: str) -> None:
    for label, values, weights in sources(model):
        source = numpy.ascontiguousarray(values, numpy.float32)
        importance = numpy.ascontiguousarray(weights, numpy.float32)
        (folder / f"{label}.source").write_bytes(source.tobytes())
        (folder / f"{label}.importance").write_bytes(importance.tobytes())
        for name in TYPES:
            back = decoded(library, name, encoded(library, name, source, importance))
            difference = back.astype(numpy.float64) - source
            error = (importance.astype(numpy.float64) * difference ** 2).sum()
            (folder / f"{label}.{name}.error").write_text(repr(float(error)))


def check(folder: pathlib.Path, library: ctypes.CDLL) -> None:
    for path in sorted(folder.glob("*.blocks")):
        blocks = numpy.frombuffer(path.read_bytes(), numpy.uint8).copy()
        expected = decoded(library, path.name.split(".")[1], blocks)
        found = numpy.frombuffer(path.with_suffix(".values").read_bytes(), numpy.float32)
        if not numpy.array_equal(expected.reshape(-1).view(numpy.uint32), found.view(numpy.uint32)):
            sys.exit(f"{path.name}: llama.cpp decodes other values")


if __name__ == "__main__":
    ggml = ctypes.CDLL(sys.argv[3])
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]), ggml, sys.argv[4])
    else:
        check(pathlib.Path(sys.argv[2]), ggml)
