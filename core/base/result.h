// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace schmidt {

/// What kind of thing went wrong. Each kind has its own process exit code.
enum class ErrorCode {
    Internal, ///< exit 1: anything not covered below
    Usage, ///< exit 2: wrong command line or job specification
    BadInput, ///< exit 3: an input file is unreadable or invalid
    Unsupported, ///< exit 4: a model, format or operation this program does not support
    Resources, ///< exit 5: out of memory, disk space or time
    Cancelled, ///< exit 6: the user asked to stop
    Verification, ///< exit 7: a check or gate failed
};

/// A failure in words a user can act on.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    /// One sentence: what is wrong, where, what to do.
    std::string message;
    /// Optional technical detail for the log; never needed to understand the message.
    std::string detail = {};
};

/// Process exit code of an error kind.
int exitCode(ErrorCode code);

/// Stable lower-case name of an error kind, as used in JSON ("bad_input").
std::string errorCodeName(ErrorCode code);

/// Inverse of errorCodeName(); unknown names give Internal.
ErrorCode errorCodeFromName(const std::string& name);

Error usageError(std::string message);
Error badInput(std::string message, std::string detail = {});
Error unsupported(std::string message, std::string detail = {});
Error outOfResources(std::string message, std::string detail = {});
Error cancelledError();
Error verificationFailed(std::string message, std::string detail = {});
Error internalError(std::string message, std::string detail = {});

/// Either a value or an Error. Access value() only after checking ok().
template <typename T> class [[nodiscard]] Result {
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    const T& value() const& { return std::get<0>(m_state); }
    T& value() & { return std::get<0>(m_state); }
    T&& value() && { return std::get<0>(std::move(m_state)); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    const Error& error() const& { return std::get<1>(m_state); }
    Error&& error() && { return std::get<1>(std::move(m_state)); }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template <> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error)
        : m_error(std::move(error))
    {
    }

    bool ok() const { return !m_error; }
    explicit operator bool() const { return ok(); }
    const Error& error() const& { return *m_error; }
    Error&& error() && { return std::move(*m_error); }

private:
    std::optional<Error> m_error;
};

} // namespace schmidt

#define SCHMIDT_CONCAT_INNER(a, b) a##b
#define SCHMIDT_CONCAT(a, b) SCHMIDT_CONCAT_INNER(a, b)

/// Declares a variable from a Result, or returns its error from the enclosing function:
/// `SCHMIDT_TRY(auto file, MappedFile::open(path));`
#define SCHMIDT_TRY(declaration, expression)                                                       \
    auto SCHMIDT_CONCAT(schmidtResult, __LINE__) = (expression);                                   \
    if (!SCHMIDT_CONCAT(schmidtResult, __LINE__).ok())                                             \
        return std::move(SCHMIDT_CONCAT(schmidtResult, __LINE__)).error();                         \
    declaration = std::move(SCHMIDT_CONCAT(schmidtResult, __LINE__)).value()

/// Returns the error of a Result<void> from the enclosing function, or goes on.
#define SCHMIDT_CHECK(expression)                                                                  \
    do {                                                                                           \
        if (auto schmidtCheck = (expression); !schmidtCheck.ok())                                  \
            return std::move(schmidtCheck).error();                                                \
    } while (false)
