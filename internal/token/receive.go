package token

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

var (
	// errTooLarge says that an answer is larger than largestAnswer.
	errTooLarge = errors.New("the answer is larger than 1 MiB")
	// errPacked says that an answer is compressed and cannot be read.
	errPacked = errors.New("the answer is compressed and cannot be unpacked")
	// errNoStatus says that an answer has a number for a status that HTTP does not have.
	errNoStatus = errors.New("the answer has no status")
)

// mostLayers is how often an answer may be compressed: a proxy may compress what
// the server has compressed.
const mostLayers = 2

// wholeAnswer reads each answer as far as it comes before anybody sees it. Where
// that is not to its end, reading what came ends with the error: a status says
// much without its body.
type wholeAnswer struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (w wholeAnswer) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := receive(resp)
	_ = resp.Body.Close()
	var rest io.Reader = http.NoBody
	if err != nil {
		rest = failingReader{err}
	}
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), rest))
	dropBrokenLocation(req, resp)
	return resp, nil
}

// failingReader is what is left of a body that could not be read.
type failingReader struct{ err error }

// Read implements io.Reader.
func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// receive returns the body of an answer as far as it can be read, unpacked.
func receive(resp *http.Response) ([]byte, error) {
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return nil, nil // what follows is not HTTP
	}
	if resp.ContentLength > largestAnswer {
		return nil, errTooLarge
	}
	body, err := readBounded(resp.Body)
	if err != nil {
		return body, err
	}
	return unpack(body, answers.NewHeader(resp.Header).IsPackedOtherwise())
}

func readBounded(from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, largestAnswer+1))
	if len(body) > largestAnswer {
		return nil, errTooLarge
	}
	return body, err
}

// unpack returns a body without gzip, the only encoding that requests accept. It
// looks at the body and not at its header: some proxies unpack an answer and leave
// the header as it was, and some servers compress twice or do not say so.
func unpack(body []byte, isPackedOtherwise bool) ([]byte, error) {
	for range mostLayers {
		if !isGzip(body) {
			break
		}
		unzipped, err := unzip(body)
		if err != nil {
			return nil, err
		}
		body = unzipped
	}
	if isPackedOtherwise && !utf8.Valid(body) {
		return nil, errPacked
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
		if unzipped = append(unzipped, part...); len(unzipped) > largestAnswer {
			return nil, errTooLarge
		}
		if !isGzip(body[len(body)-from.Len():]) {
			return unzipped, nil
		}
		err = zip.Reset(from)
	}
	if errors.Is(err, errTooLarge) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return nil, errPacked
}

func isGzip(body []byte) bool { return bytes.HasPrefix(body, []byte("\x1f\x8b")) }

// received returns the answer that an attempt brought, or why it brought none. A
// success that cannot be read counts as no answer: the token may be in the missing
// part. Any other status stands, whether its body can be read or not.
func (c *call) received(ctx context.Context, resp *http.Response, failed error) (*answer, error) {
	c.status = 0
	if failed != nil {
		return nil, failed
	}
	now := c.client.runtime.Now()
	body, failed := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // what came has been read
	if resp.StatusCode < http.StatusContinue {
		return nil, errNoStatus
	}
	c.status = resp.StatusCode
	switch {
	case failed != nil && errors.Is(ctx.Err(), context.Canceled):
		return nil, ctx.Err()
	case failed != nil && isSuccess(resp.StatusCode):
		return nil, failed
	}
	a := newAnswer(resp.StatusCode, resp.Header, body, c.sent)
	if failed != nil {
		if !a.content.IsJSON() { // half a text could end in half a secret
			a = newAnswer(resp.StatusCode, resp.Header, nil, c.sent)
		}
		reason, _ := c.explain(failed)
		a.problem = "its answer cannot be read (" + reason + ")"
	}
	a.wait, _ = a.header.Wait(now)
	a.movedTo = movedTo(resp)
	a.proxy, a.proxySetting = c.client.proxyFor(c.exchange.Request.URL), c.client.proxySetting(c.exchange.Request.URL)
	a.secrets, a.presented, a.tries = c.extraSecrets(), c.presented, c.tries()
	a.received, a.ahead = now, clockAhead(a.header, a.sent, now)
	return a, nil
}
