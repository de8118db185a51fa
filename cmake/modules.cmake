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

# schmidt_core_module(NAME PUBLIC libs... PRIVATE libs...): one static library per folder of core/.
function(schmidt_core_module name)
    cmake_parse_arguments(module "" "" "PUBLIC;PRIVATE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/${name}/*.cpp)
    if(NOT sources)
        add_library(schmidt_${name} INTERFACE)
        target_include_directories(schmidt_${name} INTERFACE ${CMAKE_SOURCE_DIR}/core)
        target_link_libraries(schmidt_${name} INTERFACE ${module_PUBLIC})
        return()
    endif()
    add_library(schmidt_${name} STATIC ${sources})
    target_include_directories(schmidt_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core)
    target_link_libraries(schmidt_${name} PUBLIC ${module_PUBLIC} PRIVATE schmidt_options ${module_PRIVATE})
endfunction()

# schmidt_test(NAME SOURCE libs...): one Qt Test executable, run offscreen.
function(schmidt_test name source)
    add_executable(${name} ${source})
    set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS SCHMIDT_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                               SCHMIDT_BUILD_DIR="${CMAKE_BINARY_DIR}")
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE schmidt_options Qt6::Test ${ARGN})
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT
        "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TZ=UTC;OMP_WAIT_POLICY=PASSIVE;SCHMIDT_RESOURCES=${CMAKE_SOURCE_DIR}/resources")
endfunction()
