# Flags shared by every target of the project.
add_library(schmidt_options INTERFACE)
target_compile_options(schmidt_options INTERFACE -Wall -Wextra -Wno-missing-field-initializers
                       -Wno-restrict) # false positives of GCC 12, bug 105651
if(SCHMIDT_WARNINGS_AS_ERRORS)
    target_compile_options(schmidt_options INTERFACE -Werror)
endif()
if(SCHMIDT_SANITIZE)
    target_compile_options(schmidt_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
    target_link_options(schmidt_options INTERFACE -fsanitize=address,undefined)
endif()

# schmidt_headers(NAME LIBRARIES libs... HEADERS headers...): headers that many targets share, compiled
# once; reading them is most of what a file costs.
function(schmidt_headers name)
    cmake_parse_arguments(shared "" "" "LIBRARIES;HEADERS" ${ARGN})
    set(empty ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
    file(CONFIGURE OUTPUT ${empty} CONTENT "")
    add_library(${name} OBJECT ${empty})
    target_link_libraries(${name} PRIVATE schmidt_options ${shared_LIBRARIES})
    target_precompile_headers(${name} PRIVATE ${shared_HEADERS})
endfunction()

# schmidt_core_module(NAME PUBLIC libs... PRIVATE libs... HEADERS headers...): one static library per
# folder of core/, with headers to compile first.
function(schmidt_core_module name)
    cmake_parse_arguments(module "" "" "PUBLIC;PRIVATE;HEADERS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/${name}/*.cpp)
    list(FILTER sources EXCLUDE REGEX "/compute/library.cpp$") # the entry of the shared library
    if(NOT sources)
        add_library(schmidt_${name} INTERFACE)
        target_include_directories(schmidt_${name} INTERFACE ${CMAKE_SOURCE_DIR}/core)
        target_link_libraries(schmidt_${name} INTERFACE ${module_PUBLIC})
        return()
    endif()
    add_library(schmidt_${name} STATIC ${sources})
    target_include_directories(schmidt_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core)
    target_link_libraries(schmidt_${name} PUBLIC ${module_PUBLIC} PRIVATE schmidt_options ${module_PRIVATE})
    if(module_HEADERS)
        target_precompile_headers(schmidt_${name} PRIVATE ${module_HEADERS})
    endif()
endfunction()

# schmidt_test(NAME SOURCE HEADERS libs...): one Qt Test executable, run offscreen, on the shared
# headers of that name. moc runs by itself: as AUTOMOC it would read every header of LibTorch.
function(schmidt_test name source headers)
    set(moc ${CMAKE_CURRENT_BINARY_DIR}/moc/${name}.moc)
    add_custom_command(OUTPUT ${moc} DEPENDS ${source} COMMAND Qt6::moc -o ${moc} ${source} VERBATIM)
    add_executable(${name} ${source} ${moc})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_compile_definitions(${name} PRIVATE SCHMIDT_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                               SCHMIDT_BUILD_DIR="${CMAKE_BINARY_DIR}")
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR}
                               ${CMAKE_CURRENT_BINARY_DIR}/moc)
    target_link_libraries(${name} PRIVATE schmidt_options Qt6::Test ${ARGN})
    target_precompile_headers(${name} REUSE_FROM ${headers})
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT
        "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TZ=UTC;OMP_WAIT_POLICY=PASSIVE;SCHMIDT_RESOURCES=${CMAKE_SOURCE_DIR}/resources")
endfunction()
