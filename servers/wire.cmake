# servers/{json,tls,wire,net} and pinlab-origin. Asio is compiled in net and origin; Beast in origin alone.
pinlab_library(pinlab_wire
    SOURCES
        json/strict_json.cpp
        tls/client_hello.cpp
        tls/early_data.cpp
        tls/handshake_edit.cpp
        tls/handshake_settings.cpp
        tls/key_log.cpp
        tls/openssl_words.cpp
        tls/presentation.cpp
        tls/relayed_tls.cpp
        tls/sessions.cpp
        tls/watch.cpp
        wire/brief.cpp
        wire/disturbance.cpp
        wire/fault.cpp
        wire/observation.cpp
        wire/proxy_dialogue.cpp
        wire/request_watch.cpp
        wire/steps.cpp
    LIBS pinlab_pki boost_json)

pinlab_library(pinlab_net
    SOURCES
        net/connection.cpp
        net/connection_disturbance.cpp
        net/fork_server.cpp
        net/listener.cpp
    LIBS pinlab_wire pinlab_asio)

pinlab_library(pinlab_origin_core SOURCES origin/answer.cpp origin/brief.cpp origin/origin.cpp LIBS pinlab_net)
pinlab_program(pinlab-origin SOURCES origin/main.cpp LIBS pinlab_origin_core STATIC)

pinlab_test(origin_answer_test SOURCES tests/answer_test.cpp LIBS pinlab_origin_core)

foreach(unit
        brief client_hello disturbance fault grease handshake_edit proxy_dialogue relayed_tls request_watch
        sessions steps watch)
    pinlab_test(wire_${unit}_test SOURCES tests/${unit}_test.cpp LIBS pinlab_wire)
endforeach()
foreach(unit fork_server tap_stream)
    pinlab_test(net_${unit}_test SOURCES tests/${unit}_test.cpp LIBS pinlab_net)
endforeach()

foreach(target client_hello proxy_dialogue watch)
    pinlab_fuzz(${target} LIBS pinlab_wire)
endforeach()
# Sources and not the library: clang 14 cannot instrument coroutines for libFuzzer.
pinlab_fuzz(origin_brief SOURCES origin/answer.cpp origin/brief.cpp LIBS pinlab_wire)
