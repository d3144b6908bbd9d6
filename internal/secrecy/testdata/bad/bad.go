// Package bad breaks each rule that the tests of internal/secrecy hold, in one
// function or type for each way to break it. No other package imports it.
package bad

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Secrets that are texts.
type clientSecret string

type credentials struct{ password []byte }

// Reveals, and uses.
func reveals(s said.Secret) error      { return errors.New(s.Reveal()) }
func revealsLater(s said.Secret) error { take := s.Reveal; return errors.New(take()) }
func uses(f said.Foreign) error        { return errors.New(f.Use()) }
func usesLater(f said.Foreign) error   { take := f.Use; return errors.New(take()) }
func usesByType(f said.Foreign) error  { return errors.New(said.Foreign.Use(f)) }
func usesByFace(f said.Foreign) error  { return errors.New(face(f).Use()) }

// Passes on what it has taken out, in each way.
type kept struct {
	text string
	take func() string
}

func takes(s said.Secret) (text string, err error) { text = s.Reveal(); return }

func showsResult(s said.Secret) error  { text, _ := takes(s); return errors.New("it is " + text) }
func showsField(k kept) error          { return errors.New(k.text) }
func showsParameter(text string) error { return errors.New(text) }
func showsBuilt(s said.Secret) error {
	var b strings.Builder
	fmt.Fprintf(&b, "it is %s", s.Reveal())
	return errors.New(b.String())
}
func showsElement(s said.Secret) error {
	all := map[string][]string{"a": {s.Reveal()}}
	for _, list := range all {
		return errors.New(list[0])
	}
	return nil
}
func showsClosure(s said.Secret) error {
	k := kept{take: func() string { return s.Reveal() }}
	return errors.New(k.take())
}
func showsByClosure(s said.Secret) error {
	show := func(text string) error { return errors.New(text) }
	return show(s.Reveal())
}
func showsEcho(s said.Secret) error {
	echo := func(text string) string { return text }
	return errors.New(echo(s.Reveal()))
}
func showsAnother(s said.Secret) error {
	change := func(string) string { return "" }
	change = strings.ToUpper
	return errors.New(change(s.Reveal()))
}
func showsCause() error { _, err := os.ReadFile("a"); return keepingError{err} }

func showsThroughError(s said.Secret) error { return textError{s.Reveal()} }
func showsInError(s said.Secret) error      { var e textError; e.text = s.Reveal(); return e }
func showsUpper(s said.Secret) error        { return errors.New(strings.ToUpper(s.Reveal())) }
func logsRevealed(s said.Secret)            { slog.Info(s.Reveal()) }
func passes(s said.Secret) (kept, error)    { return kept{text: s.Reveal()}, showsParameter(s.Reveal()) }

type textError struct{ text string }

// Error says nothing.
func (textError) Error() string { return "" }

func shows(text string) said.Shown { return said.Shown(text) }
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

type keepingError struct{ cause error }

// Error says nothing.
func (keepingError) Error() string { return "" }

type pointerError struct{ body []byte }

// Error says nothing.
func (*pointerError) Error() string { return "" }

// Format says nothing, of a pointer.
func (*pointerError) Format(fmt.State, rune) {}

// MarshalText says nothing, of a pointer.
func (*pointerError) MarshalText() ([]byte, error) { return nil, nil }

type wrappingError struct{}

// Error says nothing.
func (wrappingError) Error() string { return "" }

// Unwrap says nothing.
func (wrappingError) Unwrap() error { return nil }

type untestedError struct{ body []byte }

// Error says nothing.
func (untestedError) Error() string { return "" }

// Format says nothing.
func (untestedError) Format(fmt.State, rune) {}

// MarshalText says nothing.
func (untestedError) MarshalText() ([]byte, error) { return nil, nil }

// Messages of what is not plain.
func formatsForeign(f said.Foreign) string     { return fmt.Sprintf("%s", f) }
func formatsSecret(s said.Secret) string       { return fmt.Sprint(s) }
func formatsError(err error) error             { return fmt.Errorf("no: %w", err) }
func formatsItself(err *GoodError) string      { return fmt.Sprint(err) }
func logsForeign(f said.Foreign)               { slog.Info("it said", "words", f) }
func panicsWithForeign(f said.Foreign)         { panic(f) }
func formatsHeader(header http.Header) string  { return fmt.Sprint(header) }
func formatsForeigns(all []said.Foreign) error { return fmt.Errorf("it said %v", all) }

// Quotes.
func quotes() error { _, err := os.ReadFile("a"); return errors.New(err.Error()) }
func quotesClosure() error {
	read := func() error { _, err := os.ReadFile("a"); return err }
	return errors.New(read().Error())
}
func quotesJoined() error {
	_, err := os.ReadFile("a")
	return errors.New(errors.Join(err, err).Error())
}
func quotesInner() error {
	_, err := os.ReadFile("a")
	return errors.New(errors.Unwrap(err).Error())
}
func quotesNet(e *net.DNSError) error { return errors.New(e.Error()) }

// Reads what a peer has sent.
func readsHeader(header http.Header) error  { return errors.New(header.Get("X")) }
func readsHeaders(header http.Header) error { return fmt.Errorf("%s", header.Values("X")) }
func readsByKey(header http.Header) error   { return fmt.Errorf("%s", header["X"]) }
func readsAll(header http.Header) error {
	for name := range header {
		return errors.New(name)
	}
	return nil
}
func readsAsMap(header http.Header) error     { return fmt.Errorf("%v", map[string][]string(header)) }
func readsStatus(resp *http.Response) error   { return errors.New(resp.Status) }
func readsURL(resp *http.Response) error      { return errors.New(resp.Request.URL.Path) }
func readsTrailer(resp *http.Response) error  { return errors.New(resp.Trailer.Get("X")) }
func readsLocation(resp *http.Response) error { at, _ := resp.Location(); return errors.New(at.Path) }
func readsSubject(c *x509.Certificate) error  { return errors.New(c.Subject.CommonName) }
func readsNames(c *x509.Certificate) error    { return fmt.Errorf("%s", c.DNSNames) }
func readsHost(err x509.HostnameError) error  { return errors.New(err.Host) }
func readsDNS(err *net.DNSError) error        { return errors.New(err.Server) }
func readsOp(err *net.OpError) error          { return errors.New(err.Op) }
func readsURLError(err *url.Error) error      { return errors.New(err.URL) }
func readsJSON(body []byte) error {
	var text string
	_ = json.Unmarshal(body, &text)
	return errors.New(text)
}
func readsJSONLater(d *json.Decoder) error { var k kept2; _ = d.Decode(&k); return errors.New(k.Text) }
func readsXML(body []byte) error {
	var text string
	_ = xml.Unmarshal(body, &text)
	return errors.New(text)
}
func readsTokens(d *json.Decoder) error {
	found, _ := d.Token()
	text, _ := found.(string)
	return errors.New(text)
}
func readsBody(resp *http.Response) error {
	b, _ := io.ReadAll(resp.Body)
	return errors.New(string(b))
}
func readsURLHost(at *url.URL) error  { return errors.New(at.Host) }
func readsURLWhole(at *url.URL) error { return errors.New(at.String()) }
func readsURLPort(at url.URL) error   { return errors.New(at.Port()) }
func readsEnvironment() error         { return errors.New(os.Getenv("A")) }
func readsElsewhere(header http.Header) error {
	for name := range maps.Keys(header) {
		return errors.New(name)
	}
	return nil
}

type kept2 struct{ Text string }

// What breaks no rule.
func good(f said.Foreign, judge *said.Judge) (said.Shown, error) {
	if f.IsEmpty() || f.Is("x") || f.HasPrefix("y") {
		return "", errors.New("it said nothing")
	}
	return "it said: " + judge.Message(f), fmt.Errorf("it said %s", judge.Name(f))
}

// GoodError is printed as it says.
type GoodError struct {
	body  []byte
	cause error
}

// Error says nothing.
func (GoodError) Error() string { return "" }

// Format says nothing.
func (GoodError) Format(fmt.State, rune) {}

// MarshalText says nothing.
func (GoodError) MarshalText() ([]byte, error) { return nil, nil }

// Unwrap says nothing.
func (GoodError) Unwrap() error { return nil }

type goodWords struct {
	words said.Foreign
	inner *textError
}

// Error says nothing.
func (goodWords) Error() string { return "" }

func goodQuiet() error { _, err := os.ReadFile("a"); return &GoodError{cause: said.NewQuiet(err)} }

func goodPanic(err *textError) { panic(err) }

func goodClosure(s said.Secret) error {
	length := func(text string) string { return fmt.Sprint(len(text)) }
	return errors.New(length(s.Reveal()))
}

func goodWithSecret(s said.Secret, f said.Foreign) error {
	if s.Reveal() == f.Use() || len(s.Reveal()) > 8 {
		sum := sha256.Sum256([]byte(s.Reveal()))
		return fmt.Errorf("it has %d bytes, and the hash %s", len(s.Reveal()), hex.EncodeToString(sum[:]))
	}
	return nil
}

func showsAny[T ~string](text string) T { return T(text) }

func writesFile() error { return os.WriteFile("a", nil, 0o600) }

func makesFile() (*os.File, error) { return os.CreateTemp("", "a") }

func opensFileLater() any { return os.OpenFile }

var table = map[string]int{}

func keeps(name string) { table[name] = 1 }

func counts(name string) { table[name]++ }

func forgets(name string) { delete(table, name) }

func keepsElsewhere() { http.DefaultClient.Timeout = 1 }

func lends() *map[string]int { return &table }

func goodTable(name string) int {
	found := table[name]
	found++
	return found
}
