package token

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// A certificate is text of the server, which has had the secrets before: those of
// the set, those that were got for the request, and the password of the proxy.
func TestCertificateTellsNoSecret(t *testing.T) {
	t.Parallel()
	const set, got, password = "s3cr3t-of-set", "s3cr3t-got", "s3cr3t-proxy"
	named := &x509.Certificate{DNSNames: []string{set + ".example.com", got + ".example.com", password + ".example.com"}}
	err := fmt.Errorf("handshake: %w", &tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: named, Host: "a.example.com"}})
	settings := quickTransport()
	settings.ProxyURL = said.NewSecret("http://me:" + password + "@proxy.example.com:3128")
	c := &call{client: newTestClient(t, settings), exchange: testExchange(tokenURL), secrets: said.Book{}.Add("assertion", said.NewSecret(got))}
	c.exchange.Secrets = said.Book{}.Add("client_secret", said.NewSecret(set))
	e := wantError(t, c.unreachable(t.Context(), err), KindUnreachable)
	if text := string(e.Judge().Message(said.ErrorText(err))); strings.Contains(text, "s3cr3t") || strings.Count(text, said.Hidden) != 3 {
		t.Errorf("it shows: %s", text)
	}
}

// An endpoint may ask for a longer wait than 32 bits hold.
func TestRetryAfterTooLarge(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"4294967296", "99999999999999999999999"} {
		if wait, asked := answer.NewHeader(http.Header{"Retry-After": {value}}).Wait(time.Now()); !asked || wait < 100*365*24*time.Hour {
			t.Errorf("%s: asked %t, wait %s", value, asked, wait)
		}
	}
}

// An answer holds the token, and does not print it.
func TestAnswerDoesNotPrint(t *testing.T) {
	t.Parallel()
	a := NewAnswer(testExchange(tokenURL), ForToken, http.StatusOK, http.Header{"X-Token": {"hush-hush"}}, []byte(`{"access_token":"hush-hush"}`))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		holder := struct{ inner *answer.Content }{a.Content}
		for _, text := range []string{
			fmt.Sprintf(verb, a), fmt.Sprintf(verb, a.Content), fmt.Sprintf(verb, *a.Content),
			fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &holder), fmt.Sprintf(verb, a.At(answer.MustPath("access_token"))),
		} {
			if strings.Contains(text, "hush") || strings.Contains(text, fmt.Sprintf("%x", "hush")) || strings.Contains(text, "104 117 115 104") {
				t.Errorf("%s printed: %s", verb, text)
			}
		}
	}
}

// What came with a token is secret when the token is revoked, and in the answers to
// other sets.
func TestIssuedWithATokenIsSecret(t *testing.T) {
	t.Parallel()
	var shelf said.Shelf
	x := testExchange(tokenURL)
	x.Secrets = append(x.Secrets, shelf.Entry())
	issued, err := NewAnswer(x, ForToken, http.StatusOK, http.Header{"Content-Type": {ContentTypeJSON}}, []byte(`{"access_token":"fake-token-1","session":"fake0zebra1fin23x","expires_in":60}`)).Token()
	if err != nil {
		t.Fatal(err)
	}
	x.Secrets.Learn(issued.book())
	for name, book := range map[string]said.Book{"revoking": issued.book(), "another set": {shelf.Entry()}} {
		if got := redact("not fake0zebra1fin23x, fake-token-1", book); got != "not "+said.Hidden+", "+said.Hidden {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// Making a judge takes time: a refusal with many keys needs one.
func TestOneJudgeForAnAnswer(t *testing.T) {
	t.Parallel()
	a := NewAnswer(testExchange(tokenURL), ForToken, http.StatusUnauthorized, nil, []byte(`{"a":1,"b":2}`))
	if one := a.Judge(); a.Judge() != one {
		t.Error("there is more than one")
	}
}
