# What a wheel carries of the C++ side (pyproject.toml, [tool.scikit-build]): the programs, by their names, so that a
# program that is missing ends the build.
set(PINLAB_CARRIED pinlab-mint pinlab-origin pinlab-mitm pinlab-mortal pinlab-client pinlab-flawed)

if(PINLAB_PREBUILT)
    list(TRANSFORM PINLAB_CARRIED PREPEND "${PINLAB_PREBUILT}/")
    install(PROGRAMS ${PINLAB_CARRIED} DESTINATION bin COMPONENT wheel)
    add_custom_target(programs)
else()
    install(TARGETS ${PINLAB_CARRIED} RUNTIME DESTINATION bin COMPONENT wheel)
endif()
