// A request cannot be written without the token of an accepted handshake: code that forgets the check does
// not compile. The compiler decides every line; the one test only makes it visible in the report.
#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "client_under_test/reference/pinned_client.h"
#include "pinlab/client/client.h"

namespace pinlab::reference::testing {
namespace {

template <class Client, class... Arguments>
concept CanGet = requires(Client client, Arguments... arguments) {
    client.get(static_cast<Arguments&&>(arguments)...);
};

static_assert(CanGet<PinnedClient&, Verified, const Request&>, "with the token it does");
static_assert(!CanGet<PinnedClient&> && !CanGet<PinnedClient&, const Request&>, "not without it");
static_assert(!CanGet<PinnedClient&, Refusal, const Request&>);
static_assert(!CanGet<PinnedClient&, PinMatch, const Request&>);
static_assert(!CanGet<PinnedClient&, bool, const Request&>);
static_assert(!CanGet<PinnedClient&, const Verified&, const Request&>,
              "nor with a token that someone else keeps");
static_assert(!CanGet<PinnedClient&, Verified&, const Request&>);

static_assert(!std::is_default_constructible_v<Verified>, "only the verifier makes one");
static_assert(!std::is_constructible_v<Verified, const SSL*, std::optional<PinMatch>>);
static_assert(!std::is_aggregate_v<Verified>);
static_assert(!std::is_copy_constructible_v<Verified> && !std::is_copy_assignable_v<Verified>);
static_assert(std::is_nothrow_move_constructible_v<Verified> && std::is_nothrow_move_assignable_v<Verified>);

// The same for the public client.
namespace face = pinlab::client;

template <class... Arguments>
concept CanSend = requires(face::Client client, Arguments... arguments) {
    client.send(static_cast<Arguments&&>(arguments)...);
};
using Connected = decltype(std::declval<face::Client&>().connect(""));

static_assert(CanSend<face::Verified> && CanSend<face::Verified, const face::Request&>);
static_assert(!CanSend<> && !CanSend<const face::Request&>);
static_assert(!CanSend<face::Refusal> && !CanSend<face::ConnectionReport> && !CanSend<bool>);
static_assert(!CanSend<Connected>, "what connect gives must be looked into first");
static_assert(!CanSend<face::Verified&> && !CanSend<const face::Verified&>);
static_assert(!std::is_default_constructible_v<face::Verified> && !std::is_aggregate_v<face::Verified>);
static_assert(!std::is_copy_constructible_v<face::Verified> && !std::is_copy_assignable_v<face::Verified>);
static_assert(!std::is_constructible_v<face::Verified, std::nullptr_t>);

TEST(Token, IsHeldToByTheCompiler) {
    SUCCEED();
}

}  // namespace
}  // namespace pinlab::reference::testing
