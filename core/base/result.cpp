// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <array>

namespace schmidt {

namespace {

    struct CodeEntry {
        ErrorCode code;
        int exitCode;
        const char* name;
    };

    constexpr std::array<CodeEntry, 7> codeTable { {
        { ErrorCode::Internal, 1, "internal" },
        { ErrorCode::Usage, 2, "usage" },
        { ErrorCode::BadInput, 3, "bad_input" },
        { ErrorCode::Unsupported, 4, "unsupported" },
        { ErrorCode::Resources, 5, "resources" },
        { ErrorCode::Cancelled, 6, "cancelled" },
        { ErrorCode::Verification, 7, "verification" },
    } };

} // namespace

int exitCode(ErrorCode code)
{
    for (const CodeEntry& entry : codeTable)
        if (entry.code == code)
            return entry.exitCode;
    return 1;
}

std::string errorCodeName(ErrorCode code)
{
    for (const CodeEntry& entry : codeTable)
        if (entry.code == code)
            return entry.name;
    return "internal";
}

ErrorCode errorCodeFromName(const std::string& name)
{
    for (const CodeEntry& entry : codeTable)
        if (name == entry.name)
            return entry.code;
    return ErrorCode::Internal;
}

Error usageError(std::string message)
{
    return { ErrorCode::Usage, std::move(message) };
}

Error badInput(std::string message, std::string detail)
{
    return { ErrorCode::BadInput, std::move(message), std::move(detail) };
}

Error unsupported(std::string message, std::string detail)
{
    return { ErrorCode::Unsupported, std::move(message), std::move(detail) };
}

Error outOfResources(std::string message, std::string detail)
{
    return { ErrorCode::Resources, std::move(message), std::move(detail) };
}

Error cancelledError()
{
    return { ErrorCode::Cancelled, "Stopped on request; nothing was left half-written." };
}

Error verificationFailed(std::string message, std::string detail)
{
    return { ErrorCode::Verification, std::move(message), std::move(detail) };
}

Error internalError(std::string message, std::string detail)
{
    return { ErrorCode::Internal, std::move(message), std::move(detail) };
}

} // namespace schmidt
