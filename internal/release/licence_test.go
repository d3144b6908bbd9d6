package release

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	mit = "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\nof this software and associated " +
		"documentation files. The above copyright notice and this permission notice shall be included in all\ncopies or substantial " +
		"portions of the Software."
	bsd2 = "Redistribution and use are permitted.\n1. Redistributions of source code must retain the above copyright notice.\n" +
		"2. Redistributions in binary form must reproduce the above copyright notice."
	bsd3 = bsd2 + "\n3. Neither the name of the owner nor the names of contributors may be used."
)

func TestRecognize(t *testing.T) {
	own, err := os.ReadFile("../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, text, want string }{
		{"this provider's", string(own), "MPL-2.0"},
		{"MIT", mit, "MIT"},
		{"MIT, wrapped and starred", "* " + strings.ReplaceAll(strings.ToUpper(mit), " ", "\n * "), "MIT"},
		{"BSD, two clauses", bsd2, "BSD-2-Clause"},
		{"BSD, three clauses", bsd3, "BSD-3-Clause"},
		{"BSD, four clauses", bsd3 + "\n4. All advertising materials mentioning features must display: Acme.", ""},
		{"MIT with the Commons Clause", mit + "\n\"Commons Clause\" License Condition v1.0", ""},
		{"GPL", "GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007", ""},
		{"MPL 1.1", "Mozilla Public License, version 1.1", ""},
		{"the name alone", "Licensed under the MIT license.", ""},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Recognize(test.text)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("%q, %v; want %q", got, err, test.want)
			}
			if unknown := new(UnknownLicenceError); err != nil && !errors.As(err, &unknown) {
				t.Errorf("%T", err)
			}
		})
	}
}

func TestLicences(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  []string
		says  string
	}{
		{"one", map[string]string{"LICENSE": mit, "NOTICE": "x", "license.go": "x", "LICENSES/a": "x"}, []string{"MIT"}, ""},
		{"one, of Markdown", map[string]string{"LICENSE.md": mit, "main.go": "package main"}, []string{"MIT"}, ""},
		{"British", map[string]string{"licence.txt": mit}, []string{"MIT"}, ""},
		{"two", map[string]string{"LICENSE-MIT": mit, "COPYING": bsd3}, []string{"BSD-3-Clause", "MIT"}, ""},
		{"the same twice", map[string]string{"LICENSE": mit, "COPYING": mit}, []string{"MIT"}, ""},
		{"one unknown beside a known one", map[string]string{"LICENSE": mit, "COPYING": "GPL"}, nil, "COPYING: the licence is not one of"},
		{"none", map[string]string{"README.md": mit}, nil, "there is no licence"},
		{"below the root", map[string]string{"third/LICENSE": mit}, nil, "there is no licence"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range test.files {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			got, err := Licences(files)
			if !slices.Equal(got, test.want) || (err == nil) != (test.says == "") {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v does not say %q", err, test.says)
			}
		})
	}
}

const madeUpBill = `{"version": 1, "metadata": {"component": {"name": "own", "version": "v1.0.0"}},
	"components": [{"name": "a", "version": "v1.2.3", "purl": "pkg:a?x=1&y=2"}, {"name": "text"}]}`

func licencesOf(module, version string) ([]string, error) {
	switch {
	case module == "a" && version == "v1.2.3":
		return []string{"BSD-3-Clause", "MIT"}, nil
	case module == "a" || module == "std":
		return nil, new(NoLicenceError)
	default:
		return []string{"MPL-2.0"}, nil
	}
}

func TestDeclare(t *testing.T) {
	first, err := Declare([]byte(madeUpBill), licencesOf)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"id": "BSD-3-Clause"`, `"id": "MIT"`, `"id": "MPL-2.0"`, `"declared"`, `"pkg:a?x=1&y=2"`, `"version": 1,` + "\n}"} {
		if !strings.Contains(strings.Replace(string(first), "\n}\n", ",\n}", 1), part) {
			t.Errorf("%s does not have %s", first, part)
		}
	}
	again, err := Declare(first, licencesOf)
	if err != nil || !bytes.Equal(again, first) {
		t.Errorf("another time: %s, %v", again, err)
	}
}

func TestDeclareNothing(t *testing.T) {
	_, err := Declare([]byte(strings.Replace(madeUpBill, "text", "std", 1)), licencesOf)
	if unlicensed := new(UnlicensedError); !errors.As(err, &unlicensed) || unlicensed.Module != "std" {
		t.Errorf("%v", err)
	}
	for _, wrong := range []string{`{`, `{}`, `{"metadata":{"component":{}}}`, `{"metadata":{"component":{}},"components":[]}`, `{"metadata":{"component":{}},"components":[1]}`} {
		if got, err := Declare([]byte(wrong), licencesOf); err == nil {
			t.Errorf("%s: %s", wrong, got)
		}
	}
}
