# servers/wire and pinlab-origin. Asio is compiled in encounter, listener and origin; Beast in origin alone.
pinlab_library(pinlab_wire
    SOURCES
        wire/brief.cpp wire/client_hello.cpp wire/dress.cpp wire/early_data.cpp wire/fault.cpp
        wire/observation.cpp wire/presentation.cpp wire/proxy_dialogue.cpp wire/relayed_tls.cpp
        wire/request_watch.cpp wire/sessions.cpp wire/steps.cpp wire/strict_json.cpp wire/surgery.cpp wire/trouble.cpp wire/watch.cpp
    LIBS pinlab_pki boost_json)

pinlab_library(pinlab_witness
    SOURCES
        wire/encounter.cpp wire/encounter_proxy.cpp wire/encounter_sessions.cpp wire/encounter_trouble.cpp
        wire/facts.cpp
        wire/key_log.cpp
        wire/listener.cpp
        wire/warm.cpp
    LIBS pinlab_wire pinlab_asio)

pinlab_library(pinlab_origin_core SOURCES origin/answer.cpp origin/brief.cpp origin/origin.cpp LIBS pinlab_witness)
pinlab_program(pinlab-origin SOURCES origin/main.cpp LIBS pinlab_origin_core STATIC)

pinlab_test(origin_answer_test SOURCES tests/answer_test.cpp LIBS pinlab_origin_core)

foreach(unit brief client_hello fault grease proxy_dialogue relayed_tls request_watch sessions steps surgery trouble watch)
    pinlab_test(wire_${unit}_test SOURCES tests/${unit}_test.cpp LIBS pinlab_wire)
endforeach()
pinlab_test(wire_tap_test SOURCES tests/tap_test.cpp LIBS pinlab_witness)
pinlab_test(wire_warm_test SOURCES tests/warm_test.cpp LIBS pinlab_witness)

foreach(target client_hello proxy_dialogue watch)
    pinlab_fuzz(${target} LIBS pinlab_wire)
endforeach()
# Sources and not the library: clang 14 cannot instrument coroutines for libFuzzer.
pinlab_fuzz(origin_brief SOURCES origin/answer.cpp origin/brief.cpp LIBS pinlab_wire)
