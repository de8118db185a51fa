// SPDX-License-Identifier: Apache-2.0
#include "tests/support/parser_inputs.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

// Damages small model files and reads them in child processes until the time is over. What ends a
// child, takes longer than 5 s or more than 1 GiB is kept as a finding.

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t batch = 400;
constexpr double longestSeconds = 5;

/// What a child tells about itself: the seed it works on, and since when.
struct Position {
    volatile std::uint64_t seed = 0;
    volatile std::int64_t changes = 0; ///< counts up with every input
};

void limitMemory()
{
    const rlimit limit { 1ULL << 30, 1ULL << 30 };
    ::setrlimit(RLIMIT_AS, &limit);
    const rlimit none { 0, 0 };
    ::setrlimit(RLIMIT_CORE, &none);
}

/// Runs seeds from `first` on in a child. Returns the seed of a finding, or 0.
std::uint64_t runBatch(const std::string& parser, const fs::path& file, const std::string& original,
                       std::uint64_t first, Position& progress)
{
    const bool text = parser != "gguf" && parser != "safetensors";
    progress.changes = 0;
    const pid_t child = ::fork();
    if (child == 0) {
        limitMemory();
        for (std::uint64_t seed = first; seed < first + batch; ++seed) {
            progress.seed = seed;
            progress.changes = progress.changes + 1;
            writeBytes(file, damaged(original, text, seed));
            readEverything(parser == "gguf" ? file : file.parent_path());
        }
        ::_exit(0);
    }
    auto since = Clock::now();
    std::int64_t seen = 0;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (progress.changes != seen) {
            seen = progress.changes;
            since = Clock::now();
        }
        if (std::chrono::duration<double>(Clock::now() - since).count() > longestSeconds) {
            ::kill(child, SIGKILL);
            ::waitpid(child, &status, 0);
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : progress.seed;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::cerr << "usage: parser_fuzz gguf|safetensors|tokenizer|config SECONDS FINDINGS_FOLDER "
                     "[FIRST_SEED]\n";
        return 2;
    }
    const std::string parser = argv[1];
    const double seconds = std::atof(argv[2]);
    const fs::path findings = argv[3];
    std::uint64_t seed = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 1;
    if (std::find(parserNames().begin(), parserNames().end(), parser) == parserNames().end()) {
        std::cerr << "unknown parser " << parser << '\n';
        return 2;
    }
    auto* progress = new (::mmap(nullptr, sizeof(Position), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Position;
    char folderName[] = "/tmp/parser_fuzz_XXXXXX";
    const fs::path folder = ::mkdtemp(folderName);
    const auto start = Clock::now();
    std::uint64_t inputs = 0, found = 0;
    for (std::size_t model = 0;
         std::chrono::duration<double>(Clock::now() - start).count() < seconds; ++model) {
        const fs::path file = writeParserModel(parser, folder, model);
        const std::string original = readTextFile(file).value();
        const std::uint64_t bad = runBatch(parser, file, original, seed, *progress);
        inputs += bad ? bad - seed + 1 : batch;
        seed = bad ? bad + 1 : seed + batch;
        if (bad == 0)
            continue;
        ++found;
        const fs::path kept
            = findings / (parser + "-" + std::to_string(bad) + file.extension().string());
        fs::create_directories(findings);
        fs::copy_file(file, kept, fs::copy_options::overwrite_existing);
        std::cout << "finding: " << kept.string() << " (model " << model << ")\n";
    }
    fs::remove_all(folder);
    std::cout << parser << ": " << inputs << " inputs, " << found << " findings\n";
    return found > 0 ? 1 : 0;
}
