#include "servers/pki/profile.h"

#include <algorithm>
#include <array>

namespace pinlab::pki {
namespace {

template <class T>
struct Word {
    std::string_view text;
    T value;
};

template <class T, std::size_t N>
std::optional<T> look_up(const std::array<Word<T>, N>& table, std::string_view text) {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.text == text; });
    return found == table.end() ? std::nullopt : std::optional<T>(found->value);
}

constexpr std::array key_usages{Word<KeyUsage>{"digital_signature", KeyUsage::digital_signature},
                                Word<KeyUsage>{"content_commitment", KeyUsage::content_commitment},
                                Word<KeyUsage>{"key_encipherment", KeyUsage::key_encipherment},
                                Word<KeyUsage>{"data_encipherment", KeyUsage::data_encipherment},
                                Word<KeyUsage>{"key_agreement", KeyUsage::key_agreement},
                                Word<KeyUsage>{"key_cert_sign", KeyUsage::key_cert_sign},
                                Word<KeyUsage>{"crl_sign", KeyUsage::crl_sign},
                                Word<KeyUsage>{"encipher_only", KeyUsage::encipher_only},
                                Word<KeyUsage>{"decipher_only", KeyUsage::decipher_only}};

constexpr std::array fields{Word<Field>{"san", Field::san},
                            Word<Field>{"basic_constraints", Field::basic_constraints},
                            Word<Field>{"key_usage", Field::key_usage},
                            Word<Field>{"ext_key_usage", Field::ext_key_usage},
                            Word<Field>{"subject_key_id", Field::subject_key_id},
                            Word<Field>{"authority_key_id", Field::authority_key_id},
                            Word<Field>{"common_name", Field::common_name}};

constexpr std::array digests{Word<Digest>{"md5", Digest::md5}, Word<Digest>{"sha1", Digest::sha1},
                             Word<Digest>{"sha256", Digest::sha256}, Word<Digest>{"sha384", Digest::sha384},
                             Word<Digest>{"sha512", Digest::sha512}};

constexpr std::array purposes{
    Word<int>{"server_auth", NID_server_auth},  Word<int>{"client_auth", NID_client_auth},
    Word<int>{"code_signing", NID_code_sign},   Word<int>{"email_protection", NID_email_protect},
    Word<int>{"time_stamping", NID_time_stamp}, Word<int>{"ocsp_signing", NID_OCSP_sign},
    Word<int>{"any", NID_anyExtendedKeyUsage}};

}  // namespace

std::optional<KeyUsage> key_usage_from(std::string_view text) {
    return look_up(key_usages, text);
}

std::optional<Field> field_from(std::string_view text) {
    return look_up(fields, text);
}

std::optional<Digest> digest_from(std::string_view text) {
    return look_up(digests, text);
}

Asn1ObjectPtr oid_from(std::string_view dotted) {
    const ExpectedFailure quiet;
    return Asn1ObjectPtr(OBJ_txt2obj(std::string(dotted).c_str(), 1));
}

Asn1ObjectPtr ext_key_usage_oid(std::string_view text) {
    if (const std::optional<int> nid = look_up(purposes, text)) return Asn1ObjectPtr(OBJ_nid2obj(*nid));
    return oid_from(text);
}

}  // namespace pinlab::pki
