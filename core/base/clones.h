// SPDX-License-Identifier: Apache-2.0
#pragma once

// For files of kernels. SCHMIDT_CLONES: one body per kernel, compiled for the instruction set
// levels that matter; the loader picks one. Levels, not processor names: a name matches that very
// model only, and all others would get the slowest body. SCHMIDT_INLINE: part of such a body.
#if defined(__x86_64__)
#define SCHMIDT_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SCHMIDT_CLONES
#endif
#define SCHMIDT_INLINE static inline __attribute__((always_inline))
