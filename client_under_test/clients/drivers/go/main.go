// Go's net/http, pinned by one of the two hooks of crypto/tls: -hook VerifyConnection or VerifyPeerCertificate.
// One client lives for the whole process, with a session cache, as most programs have it. Standard library only.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"
)

type brief struct {
	URL, Host, Address, Canary, Path string
	Port, Timeout_ms, Clock_s        int
	Ca_file                          string
	Pins                             *[]string
	Proxy                            *string
	Session                          bool
}

type outcome struct {
	Claim  string  `json:"claim"`
	Reason *string `json:"reason"`
	Detail string  `json:"detail"`
	Status int     `json:"status,omitempty"`
	Body   string  `json:"body,omitempty"`
}

var errPins = errors.New("a pin set needs pins of 32 bytes each, in base64")

// client is what stays from one visit to the next: the pins in force, the configuration, open connections.
type client struct {
	pins      map[[32]byte]bool // nil: not pinned
	config    *tls.Config
	caFile    string
	transport *http.Transport
}

func (c *client) check(chains [][]*x509.Certificate) error {
	if c.pins == nil {
		return nil
	}
	for _, chain := range chains {
		for _, certificate := range chain {
			if c.pins[sha256.Sum256(certificate.RawSubjectPublicKeyInfo)] {
				return nil
			}
		}
	}
	return errors.New("pinlab: no pinned key")
}

func newClient(hook string) *client {
	c := &client{config: &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(0), MinVersion: tls.VersionTLS12}}
	if hook == "VerifyConnection" {
		c.config.VerifyConnection = func(s tls.ConnectionState) error { return c.check(s.VerifiedChains) }
	} else {
		c.config.VerifyPeerCertificate = func(_ [][]byte, chains [][]*x509.Certificate) error { return c.check(chains) }
	}
	return c
}

// setPins puts other pins in force; open connections were made under the old ones and are closed.
func (c *client) setPins(texts *[]string) error {
	if c.transport != nil {
		c.transport.CloseIdleConnections()
	}
	c.pins = nil
	if texts == nil {
		return nil
	}
	c.pins = map[[32]byte]bool{}
	for _, text := range *texts {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "sha256/"))
		if err != nil || len(raw) != 32 {
			return errPins
		}
		c.pins[*(*[32]byte)(raw)] = true
	}
	if len(c.pins) == 0 {
		return errPins
	}
	return nil
}

// open makes the transport anew where the trust has changed; the session cache is the same, as Config.Clone keeps it.
func (c *client) open(b *brief) error {
	if c.caFile == b.Ca_file {
		return nil
	}
	pem, err := os.ReadFile(b.Ca_file)
	if err != nil {
		return err
	}
	c.config = c.config.Clone()
	c.config.RootCAs = x509.NewCertPool()
	c.config.RootCAs.AppendCertsFromPEM(pem)
	c.caFile = b.Ca_file
	c.transport = &http.Transport{TLSClientConfig: c.config}
	if b.Proxy != nil {
		proxy, err := url.Parse(*b.Proxy)
		if err != nil {
			return err
		}
		c.transport.Proxy = http.ProxyURL(proxy)
		return nil
	}
	c.transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(b.Address, fmt.Sprint(b.Port)))
	}
	return nil
}

func (c *client) visit(b *brief) (*http.Response, string, error) {
	if err := c.setPins(b.Pins); err != nil {
		return nil, "", err
	}
	if err := c.open(b); err != nil {
		return nil, "", err
	}
	request, err := http.NewRequest("GET", fmt.Sprintf("https://%s:%d%s", b.Host, b.Port, b.Path), nil)
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("X-Pinlab-Canary", b.Canary)
	web := http.Client{Transport: c.transport, Timeout: time.Duration(b.Timeout_ms) * time.Millisecond}
	answer, err := web.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer, string(body), err
}

func (c *client) outcome(b *brief) outcome {
	if b.Clock_s != 0 {
		return outcome{Claim: "unsupported", Detail: "its clock cannot be set"}
	}
	answer, body, err := c.visit(b)
	if err != nil {
		result := outcome{Claim: "reject", Detail: err.Error()}
		if errors.Is(err, errPins) {
			reason := "config_invalid"
			result.Reason = &reason
		}
		return result
	}
	if len(body) > 200 {
		body = body[:200]
	}
	return outcome{Claim: "accept", Status: answer.StatusCode, Body: body}
}

func main() {
	hook := flag.String("hook", "VerifyConnection", "VerifyConnection or VerifyPeerCertificate")
	version := flag.Bool("version", false, "say which Go has built it")
	flag.Parse()
	if *version {
		fmt.Println("Go", strings.TrimPrefix(runtime.Version(), "go"))
		return
	}
	c, b := newClient(*hook), &brief{}
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		b.Pins = nil // a null leaves a pointer as it was
		if err := json.Unmarshal(line, b); err != nil {
			fmt.Fprintln(os.Stderr, "bad brief:", err)
			os.Exit(2)
		}
		if b.Path == "" {
			whole, _ := url.Parse(b.URL)
			b.Path = whole.Path
		}
		json.NewEncoder(os.Stdout).Encode(c.outcome(b))
		if !b.Session {
			return
		}
	}
}
