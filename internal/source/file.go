package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

const largestFile = 1 << 20 // in bytes

// File is a Source that reads a file, in which a CI system or a cluster keeps a
// current token. It may be a named pipe.
type File struct {
	Name string      // the path of the file
	Path answer.Path // where the token is in the JSON of the file; empty: it is all of the file
}

// Obtain implements Source.
func (f File) Obtain(ctx context.Context, run Run) (said.Secret, error) {
	raw, err := f.readInTime(ctx, run.Timeout)
	switch {
	case ctx.Err() != nil:
		return said.Secret{}, ctx.Err()
	case err != nil:
		return said.Secret{}, &Error{Source: f, Problem: fileProblem(err), Detail: run.Timeout.String()}
	case len(raw) > largestFile:
		return said.Secret{}, &Error{Source: f, Problem: TooLarge}
	}
	return valueAt(f, f.Path, decodeText(raw))
}

// Identity implements Source.
func (f File) Identity() []string { return []string{"file", f.Name, f.Path.String()} }

// readInTime reads the file within the time of an attempt. Opening a named pipe waits
// for somebody who writes to it, and nothing ends that wait.
func (f File) readInTime(ctx context.Context, timeout time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	type result struct {
		raw []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		r.err = transport.WhenFree(ctx, func() (err error) {
			r.raw, err = readFile(ctx, f.Name)
			return err
		})
		done <- r
	}()
	select {
	case r := <-done:
		return r.raw, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readFile reads no more of a file than shows that it is too large: a device has no end.
func readFile(ctx context.Context, path string) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the user's own
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if err := ctx.Err(); err != nil {
		return nil, err // what a pipe holds is for those who still wait
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, syscall.EISDIR
	}
	return io.ReadAll(io.LimitReader(file, largestFile+1))
}

func fileProblem(err error) Problem {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return Slow
	case errors.Is(err, fs.ErrNotExist):
		return NotFound
	case errors.Is(err, fs.ErrPermission):
		return Denied
	case errors.Is(err, syscall.EISDIR):
		return Directory
	case transport.IsExhausted(err):
		return Exhausted
	default:
		return Unreadable
	}
}

// decodeText returns text in UTF-8 or UTF-16, without a byte order mark. Windows
// PowerShell writes UTF-16.
func decodeText(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return decodeUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return decodeUTF16(raw[2:], binary.BigEndian)
	case isASCIIinUTF16(raw, 0):
		return decodeUTF16(raw, binary.LittleEndian)
	case isASCIIinUTF16(raw, 1):
		return decodeUTF16(raw, binary.BigEndian)
	}
	return string(bytes.TrimPrefix(raw, []byte("\ufeff")))
}

func decodeUTF16(raw []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

// isASCIIinUTF16 reports whether all is ASCII in UTF-16 without a byte order mark,
// with the characters at even places (0) or odd ones (1).
func isASCIIinUTF16(raw []byte, characters int) bool {
	if len(raw) == 0 || len(raw)%2 != 0 {
		return false
	}
	for i, b := range raw {
		if (i%2 == characters) == (b == 0) {
			return false
		}
	}
	return true
}

// trim returns text without whitespace and other invisible characters around it.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\ufeff\u200b\u2060", r) })
}
