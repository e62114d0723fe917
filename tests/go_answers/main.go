package main

import (
	"bufio"
	"encoding/json"
	"math/big"
	"net"
	"net/netip"
	"os"
	"sort"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
	"sigs.k8s.io/yaml"
)

func ord(b []byte) string { return new(big.Int).SetBytes(b).String() }

func ipval(ip net.IP) any {
	if ip == nil {
		return nil
	}
	if v4 := ip.To4(); v4 != nil {
		return []any{4, ord(v4), ip.String()}
	}
	return []any{6, ord(ip), ip.String()}
}

func parsers(s string) any {
	out := map[string]any{"text": s}
	_, _, err := netutils.ParseCIDRSloppy(s)
	out["schema_cidr"] = err == nil
	out["schema_ipv4"] = netutils.ParseIPSloppy(s) != nil && strings.Contains(s, ".")
	out["schema_ipv6"] = net.ParseIP(s) != nil && strings.Contains(s, ":")
	if p, err := netip.ParsePrefix(s); err == nil {
		m := p.Masked()
		b := m.Addr().AsSlice()
		out["prefix"] = []any{p.Addr().BitLen(), ord(b), p.Bits()}
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		out["addr"] = []any{a.BitLen(), ord(a.AsSlice()), a.String()}
	}
	out["ip"] = ipval(net.ParseIP(s))
	if _, n, err := net.ParseCIDR(s); err == nil {
		ones, bits := n.Mask.Size()
		out["net"] = []any{bits, ord(n.IP), ones}
	}
	return out
}

func main() {
	sc := bufio.NewScanner(os.Stdin)
	sc.Buffer(make([]byte, 1<<20), 1<<26)
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var check func(map[string]any) ([]string, any)
	if os.Args[1] == "schema" {
		check = schema(os.Args[2])
	}
	for sc.Scan() {
		switch os.Args[1] {
		case "parsers":
			var s string
			if err := json.Unmarshal(sc.Bytes(), &s); err != nil {
				panic(err)
			}
			enc.Encode(parsers(s))
		case "yaml":
			var s string
			if err := json.Unmarshal(sc.Bytes(), &s); err != nil {
				panic(err)
			}
			j, err := yaml.YAMLToJSON([]byte(s))
			if err != nil {
				enc.Encode(map[string]any{"text": s, "error": err.Error()})
				continue
			}
			enc.Encode(map[string]any{"text": s, "json": json.RawMessage(j)})
		case "metadata":
			var m metav1.ObjectMeta
			if err := json.Unmarshal(sc.Bytes(), &m); err != nil {
				panic(err)
			}
			sentences := []string{}
			path := field.NewPath("metadata")
			for _, e := range apivalidation.ValidateObjectMeta(&m, false, apivalidation.NameIsDNSSubdomain, path) {
				sentences = append(sentences, e.Error())
			}
			sort.Strings(sentences)
			enc.Encode(map[string]any{"metadata": json.RawMessage(sc.Bytes()), "sentences": sentences})
		case "schema":
			var o map[string]any
			if err := utiljson.Unmarshal(sc.Bytes(), &o); err != nil {
				enc.Encode(map[string]any{"error": err.Error()})
				continue
			}
			f, stored := check(o)
			enc.Encode(map[string]any{"fields": f, "stored": stored, "sentences": sentences})
		}
	}
}

var sentences []string

func schema(path string) func(map[string]any) ([]string, any) {
	raw, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	var props apiextv1.JSONSchemaProps
	if err := yaml.Unmarshal(raw, &props); err != nil {
		panic(err)
	}
	var internal apiext.JSONSchemaProps
	if err := apiextv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&props, &internal, nil); err != nil {
		panic(err)
	}
	ss, err := structuralschema.NewStructural(&internal)
	if err != nil {
		panic(err)
	}
	v, _, err := validation.NewSchemaValidator(&internal)
	if err != nil {
		panic(err)
	}
	return func(o map[string]any) ([]string, any) {
		pruning.Prune(o, ss, true)
		defaulting.PruneNonNullableNullsWithoutDefaults(o, ss)
		seen := map[string]bool{}
		fs := []string{}
		sentences = []string{}
		for _, e := range validation.ValidateCustomResource(nil, o, v) {
			sentences = append(sentences, e.Error())
			if !seen[e.Field] {
				seen[e.Field] = true
				fs = append(fs, e.Field)
			}
		}
		sort.Strings(fs)
		sort.Strings(sentences)
		return fs, o["spec"]
	}
}
