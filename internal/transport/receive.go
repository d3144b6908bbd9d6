package transport

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

var (
	// ErrTooLarge says that a response is larger than largestResponse.
	ErrTooLarge = errors.New("the response is larger than 1 MiB")
	// ErrCompressed says that a response is compressed and cannot be read.
	ErrCompressed = errors.New("the response is compressed and cannot be unpacked")
	// ErrNoStatus says that a response has a number for a status that HTTP does not have.
	ErrNoStatus = errors.New("the response has no status")
)

// mostLayers is how often a response may be compressed: a proxy may compress what
// the server has compressed.
const mostLayers = 2

// readWhole reads a response as far as it comes before anybody sees it, and reports
// whether the connection lasted. Where that is not to its end, reading what came ends
// with the error: a status says much without its body.
func readWhole(resp *http.Response) (lasted bool) {
	body, err := receive(resp)
	_ = resp.Body.Close()
	lasted = err == nil || errors.Is(err, ErrTooLarge)
	if err == nil {
		body, err = unpack(body, answer.NewHeader(resp.Header).IsPackedOtherwise())
	}
	var rest io.Reader = http.NoBody
	if err != nil {
		rest = failingReader{err}
	}
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), rest))
	return lasted
}

// failingReader is what is left of a body that could not be read.
type failingReader struct{ err error }

// Read implements io.Reader.
func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// receive returns the body of a response as far as it can be read.
func receive(resp *http.Response) ([]byte, error) {
	switch {
	case resp.StatusCode == http.StatusSwitchingProtocols:
		return nil, nil // what follows is not HTTP
	case resp.ContentLength > largestResponse:
		return nil, ErrTooLarge
	default:
		return readBounded(resp.Body)
	}
}

func readBounded(from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, largestResponse+1))
	if len(body) > largestResponse {
		return nil, ErrTooLarge
	}
	return body, err
}

// unpack returns a body without gzip, the only encoding that requests accept. It
// looks at the body and not at its header: some proxies unpack a response and leave
// the header as it was, and some servers compress twice or do not say so.
func unpack(body []byte, isPackedOtherwise bool) ([]byte, error) {
	for layer := 0; layer < mostLayers && isGzip(body); layer++ {
		var err error
		if body, err = unzip(body); err != nil {
			return nil, err
		}
	}
	if isPackedOtherwise && !utf8.Valid(body) {
		return nil, ErrCompressed
	}
	return body, nil
}

// unzip unpacks gzip, which may have several parts. Anything after the last part is
// left out.
func unzip(body []byte) ([]byte, error) {
	from := bytes.NewReader(body)
	zip, err := gzip.NewReader(from)
	var unzipped []byte
	for err == nil {
		zip.Multistream(false)
		var part []byte
		if part, err = readBounded(zip); err != nil {
			break
		}
		if unzipped = append(unzipped, part...); len(unzipped) > largestResponse {
			return nil, ErrTooLarge
		}
		if !isGzip(body[len(body)-from.Len():]) {
			return unzipped, nil
		}
		err = zip.Reset(from)
	}
	if errors.Is(err, ErrTooLarge) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return nil, ErrCompressed
}

func isGzip(body []byte) bool { return bytes.HasPrefix(body, []byte("\x1f\x8b")) }
