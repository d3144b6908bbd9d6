package said

import (
	"strings"
	"testing"
)

// benchmarkBook is a set with a form, a private key and a token.
func benchmarkBook() Book {
	return entries("client_secret", "fake-client-secret-1", "form", "grant_type=password&username=me&password=fake-Passw0rd%21", "private_key_pem", fakePEM,
		"access_token", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FwaS5leGFtcGxlLmNvbS8ifQ."+strings.Repeat("ZmFrZS1zaWduYXR1cmU", 18))
}

func BenchmarkJudge(b *testing.B) {
	book := benchmarkBook()
	b.ReportAllocs()
	for b.Loop() {
		book.Judge()
	}
}

func BenchmarkMessage(b *testing.B) {
	judge := benchmarkBook().Judge()
	large := strings.Repeat("Zm9vYmFy the secret &#x41; aWQ6 %41 is ", 1<<20/39)
	for name, text := range map[string]string{
		"short": "AADSTS7000215: Invalid client secret provided. Trace ID: 6bad8289-db4a-49da-8609-0848d8d71700",
		"large": large, "invisible": strings.Repeat("\u200b", 1<<20/3), "base64": strings.Repeat("Wm05dllt", 1<<17),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				judge.Message(NewForeign(text))
			}
		})
	}
}
