//go:build unix

package fronts_test

import (
	"slices"
	"syscall"
	"testing"
)

func stunnel() kind {
	return kind{
		name: "stunnel4", config: "stunnel.conf", stop: syscall.SIGTERM,
		ports: []string{"good", "down", "tls10", "tls11", "rsa", "expired", "other", "stranger", "chain", "chain12", "required"},
		args:  func(config string) []string { return []string{config} },
	}
}

// stunnel has connections in its log, no requests.
func TestStunnel(t *testing.T) {
	t.Parallel()
	f := start(t, stunnel())
	k := f.keys
	// With TLS 1.3 a refusal comes after the handshake, and may be lost where the
	// connection is reset: then it is asked for again.
	patient := object{"max_retries": 20}
	untrusted := func(name string, says ...string) row {
		return row{name: name, at: name + ":/", summary: unreachable, says: says, never: []string{"attempts"}}
	}
	const wanted = "client_certificate_pem"
	f.check(t, slices.Concat(stunnelOldTLS(), []row{
		{name: "good", at: "good:/", times: 12, asked: 12},
		{name: "good-together", at: "good:/", times: 12, together: true, asked: 12},
		{name: "down", at: "down:/", summary: unreachable, says: []string{"after 3 attempts"}, never: []string{wanted}},
		untrusted("expired", "its certificate cannot be trusted", "has expired"),
		untrusted("other", "its certificate cannot be trusted", "other.example.com"),
		untrusted("stranger", "an authority that this machine does not know", "transport.ca_certificates_pem"),
		{name: "chain", at: "chain:/", set: certificate(k.client), times: 2, asked: 2},
		{name: "chain-deep", at: "chain:/", set: certificate(k.deep), asked: 1},
		{name: "chain-none", at: "chain:/", transport: patient, summary: unreachable, says: []string{wanted}},
		{name: "chain-unknown", at: "chain:/", set: certificate(k.selfSigned), transport: patient, summary: unreachable, says: []string{wanted}},
		{name: "chain12", at: "chain12:/", set: certificate(k.client), times: 2, asked: 2},
		{name: "chain12-unknown", at: "chain12:/", set: certificate(k.selfSigned), summary: unreachable, says: []string{wanted}, never: []string{"attempts"}},
		{name: "required", at: "required:/", set: certificate(k.client), asked: 1},
		{name: "required-none", at: "required:/", transport: patient, summary: unreachable, says: []string{wanted}},
	}))
}
