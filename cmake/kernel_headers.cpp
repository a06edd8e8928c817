// Nothing: a target needs a source for its precompiled header (CorepyKernels.cmake).
