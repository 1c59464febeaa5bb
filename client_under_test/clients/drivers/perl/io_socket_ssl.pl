# IO::Socket::SSL with SSL_fingerprint, its own pinning: the leaf's public key, several at once.
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::SSL;
use JSON::PP;
use MIME::Base64 qw(decode_base64);

my $brief = decode_json(scalar <STDIN>);

sub say_outcome { print encode_json({@_}), "\n"; exit 0 }
sub refuse { say_outcome(claim => 'reject', reason => undef, detail => substr(shift, 0, 480)) }

my @pinned = defined $brief->{pins}
    ? (SSL_fingerprint => [map { s{^sha256/}{}r } @{ $brief->{pins} }])
    : ();
$_ = 'sha256$pub$' . unpack('H*', decode_base64($_)) for @pinned ? @{ $pinned[1] } : ();

my ($address, $port) = @$brief{qw(address port)};
($address, $port) = $brief->{proxy} =~ m{^http://([^:]+):(\d+)} if $brief->{proxy};
my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port, Timeout => $brief->{timeout_ms} / 1000)
    or refuse("connect: $!");
if ($brief->{proxy}) {
    print $socket "CONNECT $brief->{host}:$brief->{port} HTTP/1.1\r\nHost: $brief->{host}:$brief->{port}\r\n\r\n";
    my $head = '';
    sysread($socket, $head, 1, length $head) or refuse('proxy closed') until $head =~ /\r\n\r\n\z/;
    refuse("proxy answers $1") if $head =~ m{^HTTP/1\.\d (?!200)(\d+)};
}
IO::Socket::SSL->start_SSL(
    $socket,
    SSL_ca_file         => $brief->{ca_file},
    SSL_hostname        => $brief->{host},
    SSL_verifycn_name   => $brief->{host},
    SSL_verifycn_scheme => 'http',
    SSL_verify_mode     => SSL_VERIFY_PEER,
    @pinned,
) or refuse("TLS: $SSL_ERROR");
my ($path) = $brief->{url} =~ m{^https://[^/]+(/.*)};
print $socket "GET $path HTTP/1.1\r\nHost: $brief->{host}:$brief->{port}\r\n"
    . "X-Pinlab-Canary: $brief->{canary}\r\nConnection: close\r\n\r\n";
my $answer = do { local $/; <$socket> } // '';
my ($status) = $answer =~ m{^HTTP/1\.\d (\d{3})} or refuse("no answer: $SSL_ERROR");
say_outcome(claim => 'accept', status => $status + 0, body => substr($answer =~ s/.*?\r\n\r\n//sr, 0, 200));
