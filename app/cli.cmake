# The headless twin; the only program that links runtime and pipeline, and that opens the engine.
file(GLOB cli_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cli/*.cpp)
add_executable(schmidt-cli ${cli_sources})
target_include_directories(schmidt-cli PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(schmidt-cli PRIVATE schmidt_options schmidt_pipeline CLI11::CLI11 fmt::fmt)
add_dependencies(schmidt-cli schmidt_engine_library)
# It parses and prints; the time to compile its JSON matters more than the time to run it.
target_compile_options(schmidt-cli PRIVATE $<$<CONFIG:Release>:-O1>)
target_precompile_headers(schmidt-cli PRIVATE <CLI/CLI.hpp> <nlohmann/json.hpp>)
