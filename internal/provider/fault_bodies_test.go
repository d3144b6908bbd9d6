package provider_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

func bodyFaults() []fault {
	const tooLarge = "larger than 1 MiB"
	return []fault{
		{"oversized", always(sandbox.Oversized()), atOnce(noToken, tooLarge)},
		{"endless", always(sandbox.Endless()), atOnce(noToken, tooLarge)},
		{"announced as oversized", always(sandbox.Announced(1<<20 + 1)), atOnce(noToken, tooLarge)},
		{
			"announced and never sent", always(sandbox.Announced(1 << 20)),
			inTheEnd(unreachable, "did not answer in time").afterTimeouts(),
		},
		{"an endless header", always(sandbox.Bytes(endlessHeader)), atOnce(noToken, "breaks the rules of HTTP")},
		{"gzip", always(sandbox.Gzip()), well(1, 0)},
		{"gzip that unpacks to too much", always(sandbox.GzipBomb()), atOnce(noToken, tooLarge)},
		{"invalid gzip", always(sandbox.Body("Content-Encoding", "gzip", asIs)), well(1, 0)},
		{"gzip that is not called so", always(sandbox.Body("Content-Encoding", "identity", gzipped)), well(1, 0)},
		{"gzip twice", always(sandbox.Body("Content-Encoding", "gzip, gzip", func(b []byte) []byte { return gzipped(gzipped(b)) })), well(1, 0)},
		{"gzip with something behind", always(sandbox.Body("Content-Encoding", "gzip", func(b []byte) []byte { return append(gzipped(b), 0, 0) })), well(1, 0)},
		{"broken gzip", always(sandbox.Body("Content-Encoding", "gzip", damaged)), atOnce(noToken, "HTTP 200 OK: its response is compressed and cannot be unpacked")},
		{"half of gzip", always(sandbox.Body("Content-Encoding", "gzip", halfZipped)), inTheEnd(unreachable, "HTTP 200 OK", "closed the connection")},
		{"Brotli", always(sandbox.Body("Content-Encoding", "br", binaryOf)), atOnce(noToken, "compressed and cannot be unpacked")},
		{"gzip that nobody can unpack", always(sandbox.Body("Content-Encoding", "br", bytes.ToUpper)), atOnce(noToken, "HTTP 200 OK")},
	}
}

// A body's charset is UTF-8 whatever its header says (RFC 8259, sections 8.1 and
// 11: the parameter means nothing), and a byte order mark may be ignored. A byte of
// another charset costs no token that is beside it.
func charsetFaults() []fault {
	return []fault{
		{"a byte order mark", always(jsonAs("utf-8", marked)), well(1, 0)},
		{"UTF-8 called ISO-8859-1", always(jsonAs("iso-8859-1", asIs)), well(1, 0)},
		{"UTF-8 called what is no charset", always(jsonAs("fake", asIs)), well(1, 0)},
		{"ISO-8859-1", always(jsonAs("iso-8859-1", latin)), well(1, 0)},
		{"ISO-8859-1 called UTF-8", always(jsonAs("utf-8", latin)), well(1, 0)},
		{"UTF-16", always(jsonAs("utf-16", wide)), atOnce(noToken, "it is not UTF-8")},
		{"UTF-16 called UTF-8", always(jsonAs("utf-8", wide)), atOnce(noToken, "it is not UTF-8")},
	}
}

// The vendor's clock or this machine's is wrong, so the remaining lifetime of a token
// is unknown. The endpoint accepts the token or says why not.
func clockFaults() []fault {
	return []fault{
		{"a token from the future", always(sandbox.Skewed(10 * time.Minute)), well(1, 0)},
		{"a token from far in the future", always(sandbox.Skewed(20 * 365 * 24 * time.Hour)), well(1, 0)},
		{"a token that has expired", always(sandbox.Skewed(-10 * time.Hour)), well(1, 0)},
		{"a token without a life", always(sandbox.Lifetime(0)), well(1, 0)},
	}
}

func jsonAs(charset string, body func([]byte) []byte) sandbox.Fault {
	return sandbox.Body("Content-Type", "application/json; charset="+charset, body)
}

func gzipped(body []byte) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write(body) // a buffer takes everything
	_ = zip.Close()
	return out.Bytes()
}

// damaged is gzip whose checksum is wrong.
func damaged(body []byte) []byte {
	packed := gzipped(body)
	packed[len(packed)-5] ^= 1
	return packed
}

func halfZipped(body []byte) []byte {
	packed := gzipped(body)
	return packed[:len(packed)/2]
}

// binaryOf returns bytes that are neither text nor gzip.
func binaryOf(body []byte) []byte { return gzipped(body)[10:] }

func asIs(body []byte) []byte { return body }

func marked(body []byte) []byte { return append([]byte("\xef\xbb\xbf"), body...) }

// latin adds a field in ISO-8859-1.
func latin(body []byte) []byte { return append([]byte("{\"fake\":\"\xfc\","), body[1:]...) }

// wide is UTF-16 with its byte order mark.
func wide(body []byte) []byte {
	var out bytes.Buffer
	for _, unit := range append([]uint16{0xfeff}, utf16.Encode([]rune(string(body)))...) {
		_ = binary.Write(&out, binary.LittleEndian, unit) // a buffer takes everything
	}
	return out.Bytes()
}

func endlessHeader(out io.Writer) {
	_, err := io.WriteString(out, "HTTP/1.1 200 OK\r\n")
	for line := "Fake: " + strings.Repeat("x", 64<<10) + "\r\n"; err == nil; {
		_, err = io.WriteString(out, line)
	}
}
