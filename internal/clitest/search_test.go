package clitest

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// tricky has something that each form must escape.
const tricky = "p+ss/w=rd <&> \"q\" ${x} %{y} \\ é~?\x01"

func needle() Needle { return Needle{Name: "client secret", Value: tricky} }

func jsonOf(t *testing.T, value any, html bool) string {
	t.Helper()
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(html)
	OK(t, encoder.Encode(value))
	return buf.String()
}

func TestSearchBytesFindsEachForm(t *testing.T) {
	t.Parallel()
	state := map[string]string{"secret": tricky}
	form := url.Values{"client_secret": {tricky}, "a": {"b"}}.Encode()
	basic := []byte("id:" + tricky)
	escapedBasic := []byte(url.QueryEscape("the id") + ":" + url.QueryEscape(tricky))
	for name, data := range map[string]string{
		"raw":                        "x" + tricky + "y",
		"form":                       form,
		"path":                       "/a/" + url.PathEscape(tricky) + "/b",
		"form in lower case":         "x=" + strings.ReplaceAll(lowerHex(url.QueryEscape(tricky)), " ", ""),
		"query with %20":             strings.ReplaceAll(form, "+", "%20"),
		"JSON":                       jsonOf(t, state, true),
		"JSON without HTML escapes":  jsonOf(t, state, false),
		"JSON in JSON":               jsonOf(t, jsonOf(t, state, true), true),
		"plain JSON in plain JSON":   jsonOf(t, jsonOf(t, state, false), false),
		"Go":                         fmt.Sprintf("%q", state),
		"HCL":                        strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(tricky)),
		"base64":                     base64.StdEncoding.EncodeToString(basic),
		"base64 without padding":     base64.RawStdEncoding.EncodeToString(basic),
		"base64url":                  base64.URLEncoding.EncodeToString(basic),
		"base64 of an escaped form":  "Basic " + base64.StdEncoding.EncodeToString(escapedBasic),
		"base64 in a URL":            url.QueryEscape(base64.StdEncoding.EncodeToString(basic)),
		"base64 in a lower-case URL": strings.NewReplacer("%2B", "%2b", "%2F", "%2f").Replace(url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("\xfb\xff" + tricky)))),
		"base64 of JSON":             base64.StdEncoding.EncodeToString([]byte(jsonOf(t, state, true))),
		"hexadecimal":                hex.EncodeToString([]byte("ab" + tricky + "cd")),
		"hexadecimal in upper case":  strings.ToUpper(hex.EncodeToString([]byte("ab" + tricky))),
		"bytes as Go prints them":    fmt.Sprintf("%d", []byte("ab"+tricky+"cd")),
		"raw beside much that is no": strings.Repeat("p+ss/w=r", 1000) + tricky,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Must(SearchBytes("here", []byte(data), needle()))(t)
			if len(found) == 0 {
				t.Fatalf("nothing found in %s", data)
			}
			for _, f := range found {
				if f.Place != "here" || f.Needle != "client secret" || f.Form == "" {
					t.Errorf("finding %+v", f)
				}
				if strings.Contains(f.String(), tricky) {
					t.Errorf("finding prints the needle: %s", f)
				}
			}
		})
	}
}

func lowerHex(text string) string {
	for _, b := range []byte("+/=<&>\"${}%\\?") {
		text = strings.ReplaceAll(text, fmt.Sprintf("%%%02X", b), fmt.Sprintf("%%%02x", b))
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "%C3", "%c3"), "%A9", "%a9")
}

// Every length of what stands before and behind, for needles of every length
// modulo 3, in both alphabets.
func TestSearchBytesFindsBase64AtEachAlignment(t *testing.T) {
	t.Parallel()
	for size := 8; size <= 16; size++ {
		value := strings.Repeat("\xfb\xff?>~", 4)[:size] // gives + and / in base64
		for before := range 7 {
			for after := range 4 {
				text := []byte(strings.Repeat("\xaa", before) + value + strings.Repeat("\x55", after))
				for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
					data := []byte("x " + encoding.EncodeToString(text) + " y")
					found := Must(SearchBytes("here", data, Needle{Name: "n", Value: value}))(t)
					if len(found) == 0 {
						t.Errorf("size %d, %d before, %d after: nothing found in %s", size, before, after, data)
					}
				}
			}
		}
	}
}

func TestSearchBytesFindsNothingElse(t *testing.T) {
	t.Parallel()
	other := strings.Replace(tricky, "w=rd", "w=rt", 1)
	for _, data := range []string{
		"", other, url.QueryEscape(other), jsonOf(t, other, true),
		base64.StdEncoding.EncodeToString([]byte(other)), hex.EncodeToString([]byte(other)),
		tricky[:len(tricky)-1], tricky[1:],
	} {
		found := Must(SearchBytes("here", []byte(data), needle()))(t)
		if len(found) != 0 {
			t.Errorf("found %v in %q", found, data)
		}
	}
}

func TestSearchBytesFindsLinesOfAValue(t *testing.T) {
	t.Parallel()
	key := "-----BEGIN EXAMPLE-----\nMIIabcdefghijklmnop0123456789\nQRSTUVWXYZ==\n-----END EXAMPLE-----\n"
	for data, want := range map[string]bool{
		"  | -----BEGIN EXAMPLE-----\n  | MIIabcdefghijklmnop0123456789\n": true,
		"-----BEGIN EXAMPLE-----\nMIIother\n-----END EXAMPLE-----\n":       false,
		"QRSTUVWXYZ==": false, // short: chance
	} {
		found := Must(SearchBytes("log", []byte(data), Needle{Name: "key", Value: key}))(t)
		if got := len(found) > 0; got != want {
			t.Errorf("found %v in %q, want %v", found, data, want)
		}
	}
}

func TestSearchRefusesShortNeedles(t *testing.T) {
	t.Parallel()
	_, err := SearchBytes("here", nil, Needle{Name: "pin", Value: "1234567"})
	var short shortNeedleError
	if !errors.As(err, &short) || short.Name != "pin" {
		t.Fatalf("got error %v", err)
	}
	if strings.Contains(err.Error(), "1234567") {
		t.Errorf("the error prints the needle: %v", err)
	}
}

func zipOf(t *testing.T, entries map[string][]byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	archive := zip.NewWriter(&buf)
	for name, content := range entries {
		entry := Must(archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate}))(t)
		Must(entry.Write(content))(t)
	}
	OK(t, archive.Close())
	return buf.Bytes()
}

func TestSearchDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	entry := []byte(strings.Repeat("so that it is compressed ", 100) + jsonOf(t, tricky, true))
	inner := zipOf(t, map[string][]byte{"state": entry})
	write := func(name string, data []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		OK(t, os.MkdirAll(filepath.Dir(path), 0o750))
		OK(t, os.WriteFile(path, data, 0o600))
	}
	write("clean.log", []byte("nothing"))
	write("main.tf", []byte(tricky))
	write("logs/trace.log", []byte("a "+url.QueryEscape(tricky)))
	write("plan", zipOf(t, map[string][]byte{"tfplan": nil, "tfstate": entry}))
	write("nested", zipOf(t, map[string][]byte{"inner.zip": inner}))
	write("named/"+hex.EncodeToString([]byte(tricky)), nil)

	skip := func(path string) bool { return filepath.Base(path) == "main.tf" }
	found := Must(searchDir(dir, skip, Needle{Name: "absent", Value: "never planted"}, needle()))(t)
	places := map[string]bool{}
	for _, f := range found {
		if f.Needle != "client secret" {
			t.Errorf("finding %s", f)
		}
		places[filepath.ToSlash(f.Place)] = true
	}
	for _, want := range []string{"logs/trace.log", "plan: tfstate", "nested: inner.zip: state", "name of a file in " + filepath.ToSlash(dir)} {
		if !places[want] {
			t.Errorf("nothing found in %s, only in %v", want, places)
		}
		delete(places, want)
	}
	if len(places) != 0 {
		t.Errorf("found in %v too", places)
	}
}

func TestSearchBytesSaysThatAnArchiveIsBroken(t *testing.T) {
	t.Parallel()
	data := zipOf(t, map[string][]byte{"a": []byte("b")})
	if _, err := SearchBytes("plan", data[:len(data)-10], needle()); !errors.Is(err, zip.ErrFormat) {
		t.Errorf("got error %v", err)
	}
}
