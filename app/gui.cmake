# The window.
add_executable(schmidt ${CMAKE_CURRENT_SOURCE_DIR}/gui/main.cpp)
target_link_libraries(schmidt PRIVATE schmidt_options schmidt_ui)
