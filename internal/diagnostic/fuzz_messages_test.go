package diagnostic

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// FuzzRedirectMessage is about a Location that is not followed: the message shows no
// more of it than the place.
func FuzzRedirectMessage(f *testing.F) {
	for _, location := range []string{
		"", "/token/", "token", "//evil.example.com/x", "https://evil.example.com/?secret=s3cr3t", "http://auth.example.com/token",
		"https://auth.example.com:8443/", "https://id:hush@evil.example.com/", "https://s3cr3t.example.com/", "javascript:alert(1)", "https://[::1]/", "\x00",
	} {
		f.Add(location)
	}
	f.Fuzz(func(t *testing.T, location string) {
		x := testExchange(tokenURL)
		x.Secrets = said.Book{{Name: "client_secret", Value: said.NewSecret("s3cr3t")}}
		if _, err := url.Parse(location); err != nil {
			return // internal/transport replaces it
		}
		e := wantError(t, redirect(t, x, http.StatusFound, location), token.KindRedirect)
		if _, target := e.Answer.RedirectTarget(); target != nil && strings.ContainsAny(target.Host, "/?#@\r\n") {
			t.Errorf("of %q is shown %q", location, target.Host)
		}
		if strings.Contains(e.Problem, "s3cr3t") || len(e.Problem) > 1000 {
			t.Errorf("the problem is %q", e.Problem)
		}
	})
}

// FuzzMetadataMessage reads metadata that bytes choose. What cannot be used is told in
// short lines without control characters.
func FuzzMetadataMessage(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 1, 0, 2, 3})
	f.Add([]byte("\x00\x00\x00\x00\x00\x01\x00\x02\x00\x03\x03\x01\x00\x01\x03"))
	f.Add([]byte("iTiTiTiTiTiTiTiTiTiTiTiTiTiT"))
	f.Fuzz(func(t *testing.T, choices []byte) {
		checkUndiscovered(t, http.StatusOK, tokentest.Metadata(choices))
	})
}

// FuzzMetadataText is FuzzMetadataMessage for any response.
func FuzzMetadataText(f *testing.F) {
	for _, body := range []string{
		"", "null", "[]", "{}", "<html>", tokentest.MetadataPage("https://evil.example.com").Body,
		`{"issuer":"https://as.example.com","token_endpoint":"http://as.example.com"}`, `{"issuer":"` + strings.Repeat("a", 5000) + `"}`,
		`{"issuer":"https://as.example.com","token_endpoint":"ftp://` + strings.Repeat("a", 5000) + `"}`, `{"issuer":"https://a/\u0000\r\n"}`,
		`{"issuer":"https://as.example.com","token_endpoint":"https://\u009b.example.com"}`, `{"issuer":"https://as.example.com\u202e"}`,
	} {
		f.Add(200, body)
	}
	f.Add(404, "{}")
	f.Fuzz(checkUndiscovered)
}

// checkUndiscovered fails unless the error of metadata, if there is one, is short and
// has no control characters.
func checkUndiscovered(t *testing.T, status int, body string) {
	t.Helper()
	x := issuedBy("https://as.example.com")
	x.Revoke = &token.Request{}
	respond := tokentest.Answering(tokentest.NewPage(status, "application/json", body), nil)
	_, _, err := newTestCache(t, quickTransport(), respond).Lease(t.Context(), x, 0)
	e, ok := err.(*told) //nolint:errorlint // it wraps none
	if !ok || e.Kind != token.KindDiscovery && e.Kind != token.KindRevocation {
		return // the metadata can be used, or there is none
	}
	if utf8.RuneCountInString(e.Problem) > 500 || !utf8.ValidString(e.Problem) || strings.ContainsFunc(e.Problem, unicode.IsControl) {
		t.Errorf("the problem is %q", e.Problem)
	}
	text := strings.ReplaceAll(e.Error(), "\n", "")
	if utf8.RuneCountInString(text) > 2500 || strings.ContainsFunc(text, unicode.IsControl) || strings.Contains(text, "\u202e") {
		t.Errorf("the error is %q", text)
	}
}
