// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/result.h"

#include <QString>

namespace schmidt {

/// What core says about a target that cannot be met, in the user's language with the user's
/// figures; every other sentence as it is.
QString messageText(const Error& error);

} // namespace schmidt
