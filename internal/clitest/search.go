package clitest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Needle is a value that must not be found, and the name by which to speak of it.
type Needle struct{ Name, Value string }

// minNeedle is the least length at which a chance hit is out of the question, and
// what a uint64 holds.
const minNeedle = 8

// shortNeedleError says that a needle is too short to be told from chance.
type shortNeedleError struct{ Name string }

func (e shortNeedleError) Error() string {
	return fmt.Sprintf("needle %q has less than %d bytes: it may be found by chance", e.Name, minNeedle)
}

// Finding is a place where a needle stands. It never holds the needle's value.
type Finding struct {
	Needle string // its name
	Form   string // raw, base64 …
	Place  string // file, and the entry where the file is an archive
}

func (f Finding) String() string { return f.Needle + " (" + f.Form + ") in " + f.Place }

// haystack is a list of needles made ready for many files.
type haystack struct {
	// shapes are the forms of the needles by their first minNeedle bytes: a file
	// is gone through once for all of them, as logs are large and forms are many.
	shapes   map[uint64][]shape
	findings []Finding
}

// shape is a needle in one of its forms.
type shape struct {
	Finding // as it is to be, but for the place
	text    []byte
}

func newHaystack(needles []Needle) (*haystack, error) {
	h := &haystack{shapes: map[uint64][]shape{}}
	for _, needle := range needles {
		if len(needle.Value) < minNeedle {
			return nil, shortNeedleError{Name: needle.Name}
		}
		for _, form := range formsOf(needle.Value) {
			text := []byte(form.text) // no form is shorter than the value
			head := binary.BigEndian.Uint64(text)
			h.shapes[head] = append(h.shapes[head], shape{Finding{Needle: needle.Name, Form: form.name}, text})
		}
	}
	return h, nil
}

// SearchBytes looks for the needles in data, in the forms in which programs
// write them: raw, escaped for URLs, JSON, Go or HCL, hexadecimal, and base64 at
// any place in a longer text. A zip archive, such as a saved plan, is searched
// entry by entry. Place names the data in the findings.
func SearchBytes(place string, data []byte, needles ...Needle) ([]Finding, error) {
	h, err := newHaystack(needles)
	if err != nil {
		return nil, err
	}
	err = h.search(place, data)
	return h.findings, err
}

// searchDir does what SearchBytes does in every regular file below dir, file
// names included. Links are not followed. Skip, if not nil, names files to pass by.
func searchDir(dir string, skip func(path string) bool, needles ...Needle) ([]Finding, error) {
	h, err := newHaystack(needles)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	files := root.FS()
	err = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || skip != nil && skip(filepath.Join(dir, path)) {
			return err
		}
		h.match("name of a file in "+dir, []byte(path))
		if !entry.Type().IsRegular() {
			return nil
		}
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		return h.search(path, data)
	})
	return h.findings, errors.Join(err, root.Close())
}

// search matches an archive's bytes too: an entry may be stored as it is in a
// part of the file that no directory names.
func (h *haystack) search(place string, data []byte) error {
	h.match(place, data)
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return nil
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	for _, file := range archive.File {
		content, err := readEntry(file)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", place, file.Name, err)
		}
		if err := h.search(place+": "+file.Name, content); err != nil {
			return err
		}
	}
	return nil
}

func readEntry(file *zip.File) ([]byte, error) {
	reader, err := file.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(reader)
	return content, errors.Join(err, reader.Close())
}

func (h *haystack) match(place string, data []byte) {
	found := map[Finding]bool{}
	var head uint64
	for end, next := range data {
		head = head<<8 | uint64(next) // the last minNeedle bytes
		for _, shape := range h.shapes[head] {
			finding := shape.Finding
			finding.Place = place
			if start := end + 1 - minNeedle; start >= 0 && !found[finding] && bytes.HasPrefix(data[start:], shape.text) {
				found[finding] = true
				h.findings = append(h.findings, finding)
			}
		}
	}
}
