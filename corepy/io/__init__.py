# Files of tensors: the public functions. The formats are in the files beside this one.
"""Tensors in files: NumPy's ``.npy`` and ``.npz``, and safetensors.

No function here runs what it reads: pickled objects in ``.npy`` files are refused.  What a file
claims is checked before anything is allocated or mapped; a malformed file raises
``FileFormatError``.  Files are written beside their target and moved there once complete, so that
a memory-mapped tensor of the old file keeps its elements.
"""

from __future__ import annotations

from .npy import load, save
from .npz import load_npz, save_npz, savez, savez_compressed
from .safetensors import load_safetensors, read_safetensors_metadata, save_safetensors

__all__ = [
    "load",
    "load_npz",
    "load_safetensors",
    "read_safetensors_metadata",
    "save",
    "save_npz",
    "save_safetensors",
    "savez",
    "savez_compressed",
]
