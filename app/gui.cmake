# The window.
add_executable(schmidt ${CMAKE_CURRENT_SOURCE_DIR}/gui/main.cpp)
target_link_libraries(schmidt PRIVATE schmidt_options schmidt_ui)

# What file managers need to know: "cmake --install build/release --component desktop".
set(desktop ${CMAKE_SOURCE_DIR}/packaging/desktop)
install(FILES ${desktop}/schmidt-workbench.desktop DESTINATION share/applications COMPONENT desktop)
install(FILES ${desktop}/schmidt-workbench.xml DESTINATION share/mime/packages COMPONENT desktop)
install(FILES ${CMAKE_SOURCE_DIR}/resources/icons/schmidt.svg DESTINATION share/icons/hicolor/scalable/apps
        RENAME schmidt-workbench.svg COMPONENT desktop)
