package proxy

import (
	"io"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// TestCutForHTTP10 checks that a client of HTTP/1.0, for which a response without a length ends
// with the connection, sees that a response is cut.
func TestCutForHTTP10(t *testing.T) {
	t.Parallel()
	half := complete[:len(complete)/2]
	for name, text := range map[string]string{
		"half a body":   header1(200, full()) + half,
		"half a chunk":  header1(200, "Transfer-Encoding: chunked") + "5dc\r\n" + half[1:],
		"no last chunk": header1(200, "Transfer-Encoding: chunked") + "5dc\r\n" + half + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, _ := openRaw(t, identity{}, "http", wire.Then(readBody, wire.Raw(text), wire.Close))
			conn := o.dial(t)
			_, _ = io.WriteString(conn, strings.Replace(kinds()[0].head(o, "/id-1"), "HTTP/1.1", "HTTP/1.0", 1))
			got, err := io.ReadAll(conn)
			if err == nil && len(got) > 0 && !strings.Contains(string(got), "Content-Length: ") {
				t.Errorf("a cut response looks complete: %d bytes", len(got))
			}
		})
	}
}
