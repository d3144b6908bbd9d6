// Package bad breaks each rule that the tests of internal/secrecy hold, in one
// function or type for each way to break it. No other package imports it.
package bad

import (
	"crypto/x509"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Secrets that are texts.
type clientSecret string

type hiding struct{ inner formats }

type formats struct{ text string }

// Format writes the text.
func (f formats) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(f.text)) }

// Reveals.
func reveals(s said.Secret) string   { return s.Reveal() }
func revealsBytes(b []byte) string   { return string(b) }
func revealsLater(s said.Secret) any { return s.Reveal }

// Uses.
func uses(f said.Foreign) string       { return f.Use() }
func usesLater(f said.Foreign) any     { return f.Use }
func usesByType(f said.Foreign) string { return said.Foreign.Use(f) }
func usesByFace(f said.Foreign) string { return face(f).Use() }
func shows(text string) said.Shown     { return said.Shown(text) }
func showsMany(texts []string) (s said.Shown) {
	type mine = said.Shown
	for _, text := range texts {
		s += mine(text)
	}
	return s
}

type face interface{ Use() string }

// Errors that hold or wrap what is not plain.
type holdingError struct{ body []byte }

// Error says nothing.
func (holdingError) Error() string { return "" }

type foreignError struct{ words said.Foreign }

// Error says nothing.
func (foreignError) Error() string { return "" }

type wrappingError struct{}

// Error says nothing.
func (wrappingError) Error() string { return "" }

// Unwrap says nothing.
func (wrappingError) Unwrap() error { return nil }

// Messages of what is not plain.
func formatsForeign(f said.Foreign) string     { return fmt.Sprintf("%s", f) }
func formatsSecret(s said.Secret) string       { return fmt.Sprint(s) }
func formatsError(err error) error             { return fmt.Errorf("no: %w", err) }
func logsForeign(f said.Foreign)               { slog.Info("it said", "words", f) }
func panicsWithForeign(f said.Foreign)         { panic(f) }
func formatsHeader(header http.Header) string  { return fmt.Sprint(header) }
func formatsForeigns(all []said.Foreign) error { return fmt.Errorf("it said %v", all) }

// Quotes.
func quotes(err error) string         { return err.Error() }
func quotesNet(err *net.DNSError) any { return err.Error }

// Reads what a peer has sent.
func readsHeader(header http.Header) string    { return header.Get("X") }
func readsHeaders(header http.Header) []string { return header.Values("X") }
func readsByKey(header http.Header) []string   { return header["X"] }
func readsAll(header http.Header) (all []string) {
	for name := range header {
		all = append(all, name)
	}
	return all
}
func readsAsMap(header http.Header) map[string][]string { return map[string][]string(header) }
func readsStatus(resp *http.Response) string            { return resp.Status }
func readsURL(resp *http.Response) *url.URL             { return resp.Request.URL }
func readsTrailer(resp *http.Response) http.Header      { return resp.Trailer }
func readsLocation(resp *http.Response) *url.URL {
	at, _ := resp.Location()
	return at
}
func readsCookies(resp *http.Response) []*http.Cookie { return resp.Cookies() }
func readsSubject(c *x509.Certificate) string         { return c.Subject.CommonName }
func readsNames(c *x509.Certificate) []string         { return c.DNSNames }
func readsHost(err x509.HostnameError) string         { return err.Host }
func readsDNS(err *net.DNSError) string               { return err.Server }
func readsOp(err *net.OpError) string                 { return err.Op }
func readsURLError(err *url.Error) string             { return err.URL }
func readsJSON(body []byte) (text string)             { _ = json.Unmarshal(body, &text); return text }
func readsJSONLater(d *json.Decoder) (text string)    { _ = d.Decode(&text); return text }
func readsXML(body []byte) (text string)              { _ = xml.Unmarshal(body, &text); return text }
func readsTokens(d *xml.Decoder) (token xml.Token)    { token, _ = d.Token(); return token }

// What breaks no rule.
func good(f said.Foreign, judge *said.Judge) (said.Shown, error) {
	if f.IsEmpty() || f.Is("x") || f.HasPrefix("y") {
		return "", errors.New("it said nothing")
	}
	return "it said: " + judge.Message(f), fmt.Errorf("it said %s", judge.Name(f))
}

func showsAny[T ~string](text string) T { return T(text) }

func readsElsewhere(header http.Header) (names []string) {
	for name := range maps.Keys(header) {
		names = append(names, name)
	}
	return names
}

// Given gives text.
type Given struct{ found any }

// Text gives a text.
func (g Given) Text() string { text, _ := g.found.(string); return text }

// Texts gives texts.
func (g Given) Texts() ([]string, error) { return nil, nil }

// Value gives what may be a text.
func (g Given) Value() any { return g.found }

// ReadText gives a text.
func ReadText(Given) map[string]any { return nil }

func readsURLHost(at *url.URL) string  { return at.Host }
func readsURLWhole(at *url.URL) string { return at.String() }
func readsURLPort(at url.URL) any      { return at.Port }

func writesFile() error { return os.WriteFile("a", nil, 0o600) }

func makesFile() (*os.File, error) { return os.CreateTemp("", "a") }

func opensFileLater() any { return os.OpenFile }
