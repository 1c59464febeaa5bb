# The reference client as a package: find_package(pinlab_client), target pinlab::client.
# `cmake --install build/release --component pinlab_client --prefix DIR` installs this and nothing else of the lab.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(PINLAB_CLIENT_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/pinlab_client")
set(PINLAB_CLIENT_FACE "${CMAKE_CURRENT_SOURCE_DIR}/reference/include")

target_include_directories(pinlab_client_base PUBLIC
    $<BUILD_INTERFACE:${PINLAB_CLIENT_FACE}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(pinlab_client PUBLIC cxx_std_20)
target_link_libraries(pinlab_client PUBLIC
    $<INSTALL_INTERFACE:pinlab::client_base>
    $<INSTALL_INTERFACE:pinlab::client_json>
    $<INSTALL_INTERFACE:OpenSSL::SSL>
    $<INSTALL_INTERFACE:Threads::Threads>)

set_target_properties(pinlab_client PROPERTIES EXPORT_NAME client)
set_target_properties(pinlab_client_base PROPERTIES EXPORT_NAME client_base)
set_target_properties(boost_json PROPERTIES EXPORT_NAME client_json OUTPUT_NAME pinlab_client_json)
add_library(pinlab::client ALIAS pinlab_client)

install(TARGETS pinlab_client pinlab_client_base boost_json
    EXPORT pinlab_client
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT pinlab_client)
install(DIRECTORY "${PINLAB_CLIENT_FACE}/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT pinlab_client)
install(FILES reference/policy.schema.json reference/README.md
    DESTINATION "${CMAKE_INSTALL_DATADIR}/pinlab_client" COMPONENT pinlab_client)
install(EXPORT pinlab_client NAMESPACE pinlab:: FILE pinlab_client-targets.cmake
    DESTINATION "${PINLAB_CLIENT_CMAKE_DIR}" COMPONENT pinlab_client)

configure_package_config_file("${CMAKE_SOURCE_DIR}/cmake/pinlab_client-config.cmake.in"
    "${CMAKE_CURRENT_BINARY_DIR}/pinlab_client-config.cmake" INSTALL_DESTINATION "${PINLAB_CLIENT_CMAKE_DIR}")
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/pinlab_client-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/pinlab_client-config.cmake"
    "${CMAKE_CURRENT_BINARY_DIR}/pinlab_client-config-version.cmake"
    DESTINATION "${PINLAB_CLIENT_CMAKE_DIR}" COMPONENT pinlab_client)
