find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Charts Svg PrintSupport Test LinguistTools)

# LibTorch, from the wheel that setup.sh installed unless SCHMIDT_LIBTORCH names another one.
if(SCHMIDT_LIBTORCH)
    list(APPEND CMAKE_PREFIX_PATH ${SCHMIDT_LIBTORCH})
else()
    file(GLOB schmidt_torch ${SCHMIDT_DEPS}/python/lib/python3*/site-packages/torch)
    if(NOT schmidt_torch)
        message(FATAL_ERROR "LibTorch is missing; run packaging/setup.sh first.")
    endif()
    list(APPEND CMAKE_PREFIX_PATH ${schmidt_torch})
endif()
set(schmidt_flags ${CMAKE_CXX_FLAGS})
find_package(Torch REQUIRED)
set(CMAKE_CXX_FLAGS ${schmidt_flags})

# llama.cpp as setup.sh built it.
if(NOT EXISTS ${SCHMIDT_DEPS}/llama-build/bin/libllama.so)
    message(FATAL_ERROR "llama.cpp is missing; run packaging/setup.sh first.")
endif()
add_library(schmidt_llama INTERFACE)
target_include_directories(schmidt_llama SYSTEM INTERFACE ${SCHMIDT_DEPS}/llama.cpp/include
                           ${SCHMIDT_DEPS}/llama.cpp/ggml/include)
target_link_libraries(schmidt_llama INTERFACE ${SCHMIDT_DEPS}/llama-build/bin/libllama.so
                      ${SCHMIDT_DEPS}/llama-build/bin/libggml.so ${SCHMIDT_DEPS}/llama-build/bin/libggml-base.so)
