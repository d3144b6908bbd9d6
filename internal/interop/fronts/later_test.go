//go:build unix

package fronts_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// nginxOverHTTP2: what ends a stream costs an attempt, as over HTTP/1.1.
func nginxOverHTTP2() []row {
	rows := slices.Concat(cut("tls:", 400, 401, 503), cut("http+plain:", 401, 503))
	return append(rows, []row{
		{name: "444-h2", at: "tls:/444/", seen: 3, summary: unreachable, says: []string{"after 3 attempts"}, never: []string{"not HTTP"}},
		{name: "444-h2-no-retries", at: "tls:/444/", transport: object{"max_retries": 0}, seen: 1, summary: unreachable, never: []string{"not HTTP"}},
		{
			name: "long-header-h2", at: "headers2:/", set: object{"request_headers": object{"X-Long": strings.Repeat("x", 2000)}},
			seen: anyNumber, summary: unreachable, never: []string{"not HTTP"},
		},
		{
			name: "unnamed", at: "unnamed:/", summary: unreachable, says: []string{"refused the TLS connection", "name"},
			never: []string{"attempts", "client_certificate_pem"},
		},
	}...)
}

// cut are answers that end before they are complete. A status that is final is
// final all the same.
func cut(at string, statuses ...int) []row {
	port, _, _ := strings.Cut(at, ":")
	var rows []row
	for _, status := range statuses {
		r := row{
			name: fmt.Sprintf("cut-%d-%s", status, port), at: fmt.Sprintf("%s/cut-%d/", at, status), asked: 1, seen: 1,
			summary: refused, says: []string{fmt.Sprintf("HTTP %d", status)},
		}
		if status >= http.StatusInternalServerError {
			r.asked, r.seen = 3, 3
		}
		rows = append(rows, r)
	}
	return rows
}

// haproxyOverHTTP2 closes connections, and says why no more than over HTTP/1.1.
func haproxyOverHTTP2() []row {
	return append(slices.Concat(cut("tls:", 401, 503), cut("http+plain:", 401, 503)), []row{
		{
			name: "sni", at: "sni:/", summary: unreachable, says: []string{"refused the TLS connection", "name"},
			never: []string{"attempts", "client_certificate_pem"},
		},
		{
			name: "drop-h2", at: "tls:/drop/", transport: object{"timeout": "1s", "max_retries": 1}, seen: 2, summary: unreachable,
			says: []string{"after 2 attempts"},
		},
		{name: "reject-h2", at: "tls:/reject/", seen: 3, summary: unreachable, says: []string{"after 3 attempts"}, never: []string{"not HTTP"}},
		{name: "reject-h2-no-retries", at: "tls:/reject/", transport: object{"max_retries": 0}, seen: 1, summary: unreachable, never: []string{"not HTTP"}},
		{
			name: "idle-no-retries", at: "http+idle:/", times: 6, pause: 20 * time.Millisecond, transport: object{"max_retries": 0},
			asked: 6, seen: 6,
		},
	}...)
}

// apacheRenegotiation: TLS 1.2 lets a server ask for a certificate after the
// request. Without one, or with a wrong one, asking again changes nothing.
func apacheRenegotiation(k *keyring) []row {
	const wanted = "client_certificate_pem"
	failing := func(name, at string, set object) row {
		return row{name: name, at: at, set: set, seen: 1, summary: unreachable, says: []string{"client certificate", wanted}, never: []string{"attempts"}}
	}
	return append(cut("tls12:", 401, 503), []row{
		{name: "renegotiation", at: "tls12:/certificate/", set: certificate(k.client), times: 2, asked: 2, seen: 2},
		{name: "renegotiation-deep", at: "tls12:/certificate/", set: certificate(k.deep), asked: 1, seen: 1},
		{name: "renegotiation-optional", at: "tls12:/optional/", set: certificate(k.client), asked: 1, seen: 1},
		failing("renegotiation-none", "tls12:/certificate/", nil),
		failing("renegotiation-unknown", "tls12:/certificate/", certificate(k.selfSigned)),
		failing("renegotiation-shallow", "tls12:/shallow/", certificate(k.deep)),
		// It asks for another cipher, and for no certificate.
		{name: "renegotiation-cipher", at: "tls12:/cipher/", set: certificate(k.client), asked: 1, seen: 1},
		failing("renegotiation-cipher-none", "tls12:/cipher/", nil),
		{
			name: "renegotiation-no-cipher", at: "tls12:/odd-cipher/", set: certificate(k.client), seen: 1, summary: unreachable,
			says: []string{"refused the TLS connection", "no cipher that both sides accept"}, never: []string{"attempts", wanted},
		},
		// Without a certificate HTTP/2 is spoken, where no server may ask for one.
		{name: "later-h2-none", at: "h2:/certificate/", seen: anyNumber, summary: unreachable, never: []string{"not HTTP"}},
		{
			name: "later-h2", at: "h2:/certificate/", set: certificate(k.client), seen: 1, summary: refused,
			says: []string{"HTTP 403", "asks for a client certificate after the request", "TLS 1.2"},
		},
	}...)
}

// stunnelOldTLS: no certificate of the client's would help.
func stunnelOldTLS() []row {
	old := func(name, says string) row {
		return row{
			name: name, at: name + ":/", summary: unreachable, says: []string{"TLS", says},
			never: []string{"attempts", "client_certificate_pem", "client certificate"},
		}
	}
	return []row{old("tls10", "TLS 1.2"), old("tls11", "TLS 1.2"), old("rsa", "RSA")}
}

// squidRefusals: a name and a password were given, so to ask for them misleads;
// and an unknown certificate stays so.
func (f *front) squidRefusals() []row {
	without := object{"proxy_url": f.proxy("secure", "")["proxy_url"], "ca_certificates_pem": nil}
	return []row{
		{
			name: "basic-refused", at: "endpoint:/", transport: f.proxy("basic", proxyUser+":"+wrongPassword), summary: unreachable,
			says: []string{"the proxy localhost:", "HTTP 407", "user name"}, never: []string{"attempts", "Give the proxy a user name"},
		},
		{
			name: "secure-unknown", at: "endpoint:/", transport: without, summary: unreachable,
			says:  []string{"the proxy localhost:", "an authority that this machine does not know", "transport.ca_certificates_pem"},
			never: []string{"attempts"},
		},
	}
}
