// Package release looks after what users download: the licences that a bill of materials
// (SBOM) names, and whether the registries and the CLIs accept the files.
package release

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// rule recognizes a licence by phrases of its text.
type rule struct {
	id  string // of SPDX
	all []string
}

const (
	bsdSource = "redistributions of source code must retain the above copyright notice"
	bsdBinary = "redistributions in binary form must reproduce the above copyright notice"
)

// rules are the licences that code in a release may have. One that is not among them is
// not recognized either, so somebody has to look at it.
func rules() []rule {
	return []rule{
		{"Apache-2.0", []string{"apache license version 2.0, january 2004", "grant of patent license", "limitation of liability"}},
		{"BSD-3-Clause", []string{bsdSource, bsdBinary, "neither the name of"}},
		{"BSD-2-Clause", []string{bsdSource, bsdBinary}},
		{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"}},
		{"MIT", []string{
			"permission is hereby granted, free of charge, to any person obtaining a copy of this software",
			"the above copyright notice and this permission notice shall be included in all copies or substantial portions of the software",
		}},
		{"MPL-2.0", []string{"mozilla public license, version 2.0", "incompatible with secondary licenses"}},
	}
}

// additions are phrases that make another licence of a known one.
func additions() []string {
	return []string{
		"commons clause", "business source license", "server side public license", "elastic license",
		"all advertising materials mentioning features", "non-commercial", "noncommercial",
	}
}

// UnknownLicenceError reports that a file is not one of the licences that are permitted.
type UnknownLicenceError struct {
	Addition string // the phrase that makes another licence of it, if that is the reason
}

func (e *UnknownLicenceError) Error() string {
	if e.Addition != "" {
		return fmt.Sprintf("the licence has a condition that is not permitted: %q", e.Addition)
	}
	return "the licence is not one of those permitted: " + strings.Join(permitted(), ", ")
}

// Recognize returns the SPDX identifier of the licence that a text is.
func Recognize(text string) (string, error) {
	text = plain(text)
	lacks := func(phrase string) bool { return !strings.Contains(text, plain(phrase)) }
	for _, phrase := range additions() {
		if !lacks(phrase) {
			return "", &UnknownLicenceError{Addition: phrase}
		}
	}
	for _, r := range rules() {
		if !slices.ContainsFunc(r.all, lacks) {
			return r.id, nil
		}
	}
	return "", &UnknownLicenceError{}
}

// plain returns a text's words in lower case. Copies of a licence differ in the rest.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// NoLicenceError reports that a module has no file with its licence.
type NoLicenceError struct{}

func (*NoLicenceError) Error() string { return "there is no licence" }

// licenceFile matches the names by which licences are published.
var licenceFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying)([-.].*)?$`)

// Licences returns the SPDX identifiers of the licences in the root of a module.
func Licences(module fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(module, ".")
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) || path.Ext(entry.Name()) == ".go" {
			continue
		}
		text, err := fs.ReadFile(module, entry.Name())
		if err != nil {
			return nil, err
		}
		id, err := Recognize(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, &NoLicenceError{}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func permitted() []string {
	var ids []string
	for _, r := range rules() {
		ids = append(ids, r.id)
	}
	return ids
}
