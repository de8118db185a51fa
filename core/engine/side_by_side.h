// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "base/progress.h"
#include "base/result.h"

#include <functional>

namespace schmidt {

/// Runs work(0) … work(count - 1), as many at once as there are threads, each on one thread: for
/// factorizations of a few hundred rows, which two threads hardly speed up. Earlier ones are begun
/// earlier. The first error ends it, whatever is begun by then is finished; so does a cancel.
/// The work must not factorize by LU (linalg_solve): MKL's gives wrong pivots beside another one.
Result<void> sideBySide(std::int64_t count, const CancelToken& cancel,
                        const std::function<Result<void>(std::int64_t)>& work);

} // namespace schmidt
