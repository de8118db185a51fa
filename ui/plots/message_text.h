// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/result.h"

#include <QString>
#include <string>

namespace schmidt {

/// What core says about a target that cannot be met, a recipe that cannot run, or a file, project
/// or job that failed, in the user's language with the user's figures; every other sentence as it
/// is.
QString messageText(const std::string& message);
QString messageText(const Error& error);

/// How a metric was measured, in the user's language phrase by phrase; phrases that are not known
/// stay as they are.
QString protocolText(const std::string& protocol);

} // namespace schmidt
