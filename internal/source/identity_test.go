package source

import (
	"slices"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

func TestSourcesTellThemselvesApart(t *testing.T) {
	t.Parallel()
	sources := []Source{
		Value{Secret: said.NewSecret("a")},
		Value{Secret: said.NewSecret("b")},
		File{Name: "a"},
		File{Name: "b"},
		Env{Name: "a"},
		Env{Name: "b"},
		File{Name: "a", Path: answer.MustPath("a")},
		Env{Name: "a", Path: answer.MustPath("a")},
		Program{Args: []string{"a"}},
		Program{Args: []string{"a", "a"}},
		Program{Args: []string{"a a"}},
		Program{Args: []string{"a"}, Raw: true},
		Program{Args: []string{"a"}, Path: answer.MustPath("a")},
		HCPTerraform{},
		HCPTerraform{Tag: "a"},
		GitHubActions{},
		GitHubActions{Audience: "a"},
		Signed{},
		Signed{Key: said.NewSecret("a")},
		Signed{Algorithm: "a"},
		Signed{KeyID: "a"},
		Signed{Lifetime: 1},
		Signed{Claims: said.NewSecret("a")},
		Signed{Issuer: "a"},
		Signed{Subject: "a"},
		Signed{Audience: "a"},
		HMAC{},
		HMAC{Key: said.NewSecret("a")},
		HMAC{Algorithm: "a"},
		HMAC{Message: said.NewSecret("a")},
		HMAC{Encoding: "a"},
		TOTP{},
		TOTP{Secret: said.NewSecret("a")},
		TOTP{Digits: 1},
		TOTP{Period: 1},
		TOTP{Algorithm: "a"},
		Signed{Secret: said.NewSecret("a")},
		Signed{Header: said.NewSecret("a")},
		Signed{OnlyTimes: true},
		Signed{Signer: []string{"a"}},
		Signed{Signer: []string{"a", "b"}},
		Signed{Signer: []string{"a b"}},
	}
	for i, one := range sources {
		for j, other := range sources[:i] {
			if slices.Equal(one.Identity(), other.Identity()) {
				t.Errorf("sources %d and %d have one identity", i, j)
			}
		}
	}
}
