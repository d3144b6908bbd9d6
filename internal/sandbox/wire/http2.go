package wire

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// frames is the state of a connection over HTTP/2.
type frames struct {
	writing chan struct{} // a lock. While a goroutine waits for a sync.Mutex, the clock of testing/synctest stands still
	framer  *http2.Framer
	encoded bytes.Buffer
	encoder *hpack.Encoder
	bodies  map[uint32]*body // the bodies that are not complete
}

// body is a body that is not complete.
type body struct {
	received []byte
	complete chan struct{}
}

func newFrames(w io.Writer) *frames {
	f := &frames{writing: make(chan struct{}, 1), framer: http2.NewFramer(w, nil), bodies: map[uint32]*body{}}
	f.encoder = hpack.NewEncoder(&f.encoded)
	return f
}

// serve2 reads frames, and answers each request in a goroutine.
func (c *Conn) serve2() {
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(c.read, preface); err != nil {
		return
	}
	if string(preface) != http2.ClientPreface {
		c.server.blame("not the preface of HTTP/2")
		return
	}
	reader := http2.NewFramer(nil, c.read)
	reader.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if c.server.Open != nil {
		c.server.Open(c)
	} else {
		c.Settings()
	}
	var answering sync.WaitGroup
	defer answering.Wait()
	defer func() { // this ends the waiting for bodies
		for _, b := range c.h2.bodies {
			close(b.complete)
		}
	}()
	for {
		frame, err := reader.ReadFrame()
		if err != nil {
			return
		}
		c.take(frame, &answering)
	}
}

func (c *Conn) take(frame http2.Frame, answering *sync.WaitGroup) {
	switch frame := frame.(type) {
	case *http2.MetaHeadersFrame:
		r := c.request2(frame)
		answer := c.arrived(r)
		answering.Go(func() { answer(r) })
	case *http2.DataFrame:
		c.data(frame)
	case *http2.SettingsFrame:
		if !frame.IsAck() {
			c.Write2(func(f *http2.Framer) error { return f.WriteSettingsAck() })
		}
	case *http2.PingFrame:
		if !frame.IsAck() {
			c.Write2(func(f *http2.Framer) error { return f.WritePing(true, frame.Data) })
		}
	}
}

func (c *Conn) request2(frame *http2.MetaHeadersFrame) *Request {
	r := &Request{
		Method: frame.PseudoValue("method"), Path: frame.PseudoValue("path"), Header: http.Header{}, Stream: frame.StreamID,
	}
	for _, field := range frame.RegularFields() {
		r.Header.Add(field.Name, field.Value)
	}
	coming := &body{complete: make(chan struct{})}
	if frame.StreamEnded() {
		close(coming.complete)
	} else {
		c.h2.bodies[r.Stream] = coming
	}
	r.body = func() []byte {
		<-coming.complete
		return coming.received
	}
	return r
}

func (c *Conn) data(frame *http2.DataFrame) {
	coming := c.h2.bodies[frame.StreamID]
	if coming == nil {
		c.server.blame("data on stream %d, which is not open", frame.StreamID)
		return
	}
	coming.received = append(coming.received, frame.Data()...)
	if frame.StreamEnded() {
		delete(c.h2.bodies, frame.StreamID)
		close(coming.complete)
	}
}

// Write2 writes frames. If that fails, the client has left.
func (c *Conn) Write2(write func(*http2.Framer) error) {
	c.h2.writing <- struct{}{}
	defer func() { <-c.h2.writing }()
	_ = write(c.h2.framer)
}

// Settings sends the server's settings.
func (c *Conn) Settings(settings ...http2.Setting) {
	c.Write2(func(f *http2.Framer) error { return f.WriteSettings(settings...) })
}

// Setting is Settings as part of an answer.
func Setting(id http2.SettingID, value uint32) Answer {
	return func(r *Request) { r.Settings(http2.Setting{ID: id, Val: value}) }
}

// RST resets the request's stream.
func RST(code http2.ErrCode) Answer {
	return Frames(func(f *http2.Framer, r *Request) error { return f.WriteRSTStream(r.Stream, code) })
}

// Frames writes frames.
func Frames(write func(*http2.Framer, *Request) error) Answer {
	return func(r *Request) {
		r.Write2(func(f *http2.Framer) error { return write(f, r) })
	}
}

// GoAway says that streams above last are not processed. The connection stays open.
func GoAway(last func(stream uint32) uint32, code http2.ErrCode, debug string) Answer {
	return Frames(func(f *http2.Framer, r *Request) error { return f.WriteGoAway(last(r.Stream), code, []byte(debug)) })
}

// None is the last stream of a GoAway without any processed stream.
func None(uint32) uint32 { return 0 }

// This is the request's own stream.
func This(stream uint32) uint32 { return stream }

// All is the highest number that a stream can have.
func All(uint32) uint32 { return 1<<31 - 1 }

// Headers sends a header block: status, and alternating names and values.
func Headers(status int, end bool, fields ...string) Answer {
	return func(r *Request) { r.headers(r.Stream, status, end, fields) }
}

// headers writes a header block of as many frames as it needs.
func (c *Conn) headers(stream uint32, status int, end bool, fields []string) {
	c.h2.writing <- struct{}{}
	defer func() { <-c.h2.writing }()
	c.h2.encoded.Reset()
	c.field(":status", strconv.Itoa(status))
	for i := 0; i+1 < len(fields); i += 2 {
		c.field(strings.ToLower(fields[i]), fields[i+1])
	}
	block := c.h2.encoded.Bytes()
	const most = 16 << 10
	first := min(len(block), most)
	err := c.h2.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: stream, BlockFragment: block[:first], EndHeaders: first == len(block), EndStream: end,
	})
	for block = block[first:]; len(block) > 0 && err == nil; {
		n := min(len(block), most)
		err = c.h2.framer.WriteContinuation(stream, n == len(block), block[:n])
		block = block[n:]
	}
}

func (c *Conn) field(name, value string) {
	_ = c.h2.encoder.WriteField(hpack.HeaderField{Name: name, Value: value}) // a buffer takes everything
}

// Data sends a part of a body.
func Data(end bool, part string) Answer {
	return Frames(func(f *http2.Framer, r *Request) error { return f.WriteData(r.Stream, end, []byte(part)) })
}

// JSON2 is an answer over HTTP/2, after the whole request.
func JSON2(status int, body string) Answer {
	return Then(ReadBody, Headers(status, false, "content-type", "application/json", "content-length", strconv.Itoa(len(body))), Data(true, body))
}

// Flood sends headers that do not end, until the client leaves.
func Flood(r *Request) {
	r.Write2(func(f *http2.Framer) error {
		err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: r.Stream, BlockFragment: nil})
		// A literal field that is not indexed (RFC 7541, section 6.2.2).
		field := []byte("\x00\x01x\x01y")
		block := bytes.Repeat(field, 2000)
		for err == nil {
			err = f.WriteContinuation(r.Stream, false, block)
		}
		return err
	})
}
