# Ruby's Net::HTTP with a verify_callback that looks for the pins in the chain that OpenSSL has verified.
require "json"
require "net/http"
require "openssl"
require "uri"

class BadPins < StandardError; end

def read_pins(brief)
  return nil if brief["pins"].nil?
  pins = brief["pins"].map { |pin| pin.delete_prefix("sha256/").unpack1("m0") }
  raise BadPins, "a pin set needs pins of 32 bytes each" if pins.empty? || pins.any? { |pin| pin.bytesize != 32 }
  pins
rescue ArgumentError => error
  raise BadPins, error.message
end

def pinned?(pins, chain)
  chain.any? { |one| pins.include?(OpenSSL::Digest::SHA256.digest(one.public_key.public_to_der)) }
end

def open_client(brief, pins)
  proxy = brief["proxy"] && URI(brief["proxy"])
  http = Net::HTTP.new(brief["host"], brief["port"], proxy&.hostname, proxy&.port)
  http.ipaddr = brief["address"] unless proxy
  http.use_ssl = true
  http.ca_file = brief["ca_file"]
  http.open_timeout = http.read_timeout = http.ssl_timeout = brief["timeout_ms"] / 1000.0
  http.max_retries = 0
  http.verify_callback = lambda do |good, store|
    next good if !good || pins.nil? || store.error_depth != 0 || pinned?(pins, store.chain)
    store.error = OpenSSL::X509::V_ERR_APPLICATION_VERIFICATION
    false
  end
  http
end

def visit(brief)
  http = open_client(brief, read_pins(brief))
  answer = http.start { |open| open.get(brief["path"], "X-Pinlab-Canary" => brief["canary"]) }
  { claim: "accept", status: answer.code.to_i, body: answer.body.to_s[0, 200].scrub }
rescue BadPins => error
  { claim: "reject", reason: "config_invalid", detail: error.message }
rescue StandardError => error
  { claim: "reject", detail: "#{error.class}: #{error.message}"[0, 480] }
end

$stdout.sync = true
brief = nil
while (line = $stdin.gets)
  brief = (brief || {}).merge(JSON.parse(line))
  brief["path"] ||= URI(brief["url"]).path
  late = brief["clock_s"].to_i != 0
  puts JSON.generate(late ? { claim: "unsupported", detail: "its clock cannot be set" } : visit(brief))
  break unless brief["session"]
end
