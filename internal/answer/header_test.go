package answer

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Headers do not print, not even as a field of another type.
func TestHeaderDoesNotPrint(t *testing.T) {
	t.Parallel()
	h := NewHeader(http.Header{"X-Token": {"hush-hush"}, "Location": {"https://hush-hush.example.com/"}, "Content-Type": {"text/hush-hush"}})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{h, &h, struct{ h Header }{h}, h.Location(), h.MediaType()} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "hush") || strings.Contains(text, fmt.Sprintf("%x", "hush")) {
				t.Errorf("%s printed: %s", verb, text)
			}
		}
	}
}

// A zero Header can be read like an empty one.
func TestNoHeader(t *testing.T) {
	t.Parallel()
	for _, h := range []Header{{}, NewHeader(nil)} {
		_, hasDate := h.Date()
		_, asks := h.Wait(time.Now())
		if hasDate || asks || h.Has("X") || h.IsFromCache() || h.IsPackedOtherwise() || !h.Location().IsEmpty() || !h.MediaType().IsEmpty() || len(h.cookies()) > 0 {
			t.Error("something is read")
		}
	}
}

// FuzzHeader reads headers that look like those of servers. A judge shows one short
// line of them without the secret, and a wait is not negative.
func FuzzHeader(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, "x")
	f.Add([]byte{3, 0, 3, 1, 3, 2, 3, 3, 3, 4}, "\u009b31m")
	f.Add([]byte("\x00\x07\x01\x07\x02\x07\x03\x07\x04\x07"), strings.Repeat("z", 2000))
	names := []string{"Location", "Content-Type", "Date", "Retry-After", "Age", "Content-Encoding", "Set-Cookie", "X-Squid-Error"}
	f.Fuzz(func(t *testing.T, choices []byte, words string) {
		const secret = "fakezebra99quokka" //nolint:gosec // made up
		values := []string{
			"https://" + words + "." + secret + ".example.com/", "text/" + words + secret + "; charset=" + words, "Mon, 02 Jan 2006 15:04:05 GMT", "120", "1.5,7",
			words, "gzip, " + words, "SID=" + secret + "; Path=/" + words, "2006-01-02T15:04:05Z", "99999999999999999999", secret,
		}
		fields := http.Header{}
		for i := 0; i+1 < len(choices) && i < 40; i += 2 {
			fields.Add(names[int(choices[i])%len(names)], values[int(choices[i+1])%len(values)])
		}
		h := NewHeader(fields)
		judge := said.Book{{Name: "client_secret", Value: said.NewSecret(secret)}}.Judge()
		for _, shown := range []said.Shown{judge.Name(h.Location()), judge.Name(h.MediaType()), judge.Message(h.Location())} {
			if strings.Contains(string(shown), secret) || strings.ContainsFunc(string(shown), func(r rune) bool { return !unicode.IsPrint(r) }) || len([]rune(shown)) > 1000 {
				t.Errorf("it shows %q", shown)
			}
		}
		if wait, asked := h.Wait(time.Unix(1_700_000_000, 0)); wait < 0 || wait > 0 && !asked {
			t.Errorf("it waits %s, asked %t", wait, asked)
		}
		h.IsPackedOtherwise()
		h.cookies()
	})
}

// A scheme counts if no other one is offered that the provider knows.
func TestOtherScheme(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		offers []string
		want   string
	}{
		"nothing":                {nil, ""},
		"SonicOS":                {[]string{`Digest realm="admin-users@10.0.0.1", qop="auth", nonce="fake", algorithm=SHA-256`}, "Digest"},
		"two algorithms":         {[]string{`Digest realm="a", algorithm=SHA-256`, `Digest realm="a", algorithm=MD5`}, "Digest"},
		"IIS":                    {[]string{"Negotiate", "NTLM"}, "Negotiate"},
		"NTLM":                   {[]string{"NTLM"}, "NTLM"},
		"in one line":            {[]string{`digest realm="a", Basic realm="b"`}, ""},
		"Basic as well":          {[]string{"Negotiate", `Basic realm="a"`}, ""},
		"Bearer as well":         {[]string{"Negotiate", `Bearer realm="a"`}, ""},
		"Bearer":                 {[]string{`Bearer error="invalid_token"`}, ""},
		"a scheme of the vendor": {[]string{`Hawk ts="1"`}, ""},
		"a realm":                {[]string{`Hawk realm="Digest "`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := NewHeader(http.Header{"Www-Authenticate": tc.offers}).OtherScheme(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
