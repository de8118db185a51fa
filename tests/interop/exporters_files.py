# SPDX-License-Identifier: Apache-2.0
"""Reads a GGUF file and a safetensors file with the packages gguf and safetensors.

usage: exporters_files.py GGUF SAFETENSORS OUT
OUT: JSON with the metadata, shape, type and values of every tensor of both files.
"""
import json
import sys

from gguf import GGUFReader
from gguf.quants import dequantize
from safetensors import safe_open


def main() -> None:
    reader = GGUFReader(sys.argv[1])
    metadata = {name: field.contents() for name, field in reader.fields.items()}
    gguf = {
        tensor.name: {
            "shape": [int(extent) for extent in reversed(tensor.shape)],
            "type": tensor.tensor_type.name,
            "offset": int(tensor.data_offset),
            "values": dequantize(tensor.data, tensor.tensor_type).flatten().tolist(),
        } for tensor in reader.tensors
    }
    with safe_open(sys.argv[2], framework="np") as file:
        folder = {
            name: {"shape": list(file.get_tensor(name).shape),
                   "values": file.get_tensor(name).astype("float32").flatten().tolist()}
            for name in file.keys()
        }
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        json.dump({"metadata": metadata, "gguf": gguf, "safetensors": folder}, out)


main()
