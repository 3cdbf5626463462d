"""Where accented letters are in names of people and schools, learned from names that are common.

A letter is known by its neighbors: `í` between `c` and `a` as in García. So a word that was never
seen, such as Lucía, is familiar too, and one that was decoded wrongly is not.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

WESTERN: Final = """
Acuña Adán Águila Agustín Albarrán Alcántara Alemán Álamo Álvarez Álvaro Andrés Andújar Ángel
Ángela Ángeles Aragón Arístides Asís Avilés Ávalos Ávila Báez Bárbara Barragán Bartolomé Bazán
Begoña Belén Beltrán Benítez Benjamín Bermúdez Berríos Blázquez Bolaños Bolívar Brígida Briseño
Cáceres Calderón Cañas Cañizares Cantú Cárdenas Carreño Carrión Castañeda Castaño Catalán César
Chacón Chávez Colón Concepción Córdoba Córdova Cortés Cristóbal Dávila Delfín Díaz Domínguez
Dueñas Durán Efraín Elías Encarnación Espíndola Estefanía Estévez Fabián Farías Feliú Félix
Fernández Fermín Frías Gálvez Galán García Garzón Germán Giménez Gómez González Gonzáles Guillén
Guzmán Gutiérrez Güemes Güiraldes Hernán Hernández Héctor Ibáñez Íñigo Íñiguez Inés Iñárritu
Isaías Iván Jácome Jáuregui Jerónimo Jesús Jiménez Joaquín José Josué Juárez Julián Lázaro León
Limón López Lucía Luján Macías Magaña Málaga María Mariñas Marín Márquez Martín Martínez Mártires
Matías Máximo Mejía Meléndez Méndez Menéndez Mérida México Micaías Millán Miró Moisés Mónica
Monzón Morán Múgica Muñiz Muñoz Nájera Narváez Nélida Nicolás Noé Núñez Ocaña Ordóñez Orduña Óscar
Padrón Páez Patiño Peláez Peña Peñaloza Pérez Piña Piñeda Piñón Quiñones Quiñónez Quirós Ramírez
Ramón Raúl Rendón Rentería Rincón Ríos Rocío Rodríguez Roldán Román Rondón Rosalía Rubén Rubí
Sáenz Sáez Sánchez Saldívar Salomón Santillán Sebastián Serafín Simón Sofía Solís Solórzano Suárez
Téllez Tobías Tomás Treviño Ureña Valdés Valdéz Valentín Vázquez Velásquez Velázquez Verástegui
Verónica Víctor Villafañe Villagrán Ximénez Yáñez Yépez Zárate Zúñiga Niño Niña Español Española
Año Años Educación Jardín Académica Música Técnica Dirección Código Número Línea Población
Península Montaña Montañez Cañada Piñata Águilas Oñate Cabán Galíndez Ortíz Saúl Adrián Anaís
Aníbal Asunción Damián Darío Débora Dámaso Edén Elián Esaú Fátima Gastón Gerónimo Hipólito Isaí
Jazmín Josías Judá Laínez Leónidas Lía Melquíades Merchán Míriam Noemí Otón Paúl Perú Plácido
Sabás Sión Tomé Urías Uzcátegui Yanés Zacarías Zenón Zoraída Bahía Cafetería Elegía Escolástica
Adrião Ação Abraão Adão Álvares Alcântara Américo Amélia António Antônio Araújo Assunção Barão
Bragança Brandão Câmara Calçada Camões Cecília Cláudia Cláudio Conceição Coração Corrêa Damião
Emília Estêvão Eugénio Eulália Falcão Fernão Flávia Flávio Frazão Galvão Gonçalves Gonçalo
Guimarães Hélder Heloísa Hortênsia Inácio Inês Íris Ítalo Jéssica João Jônatas Júlia Júlio Júnior
Laís Leão Letícia Lídia Lourenço Lúcia Lúcio Luís Luísa Magalhães Marçal Márcia Márcio Marília
Mário Mendonça Mônica Nádia Natália Otávio Paixão Patrícia Patrício Régis Romão Rosário Sá Sérgio
Serrão Simões Sílvia Sílvio Sônia Tânia Tarcísio Teófilo Valadão Valério Vânia Vinícius Virgínia
Vitória Vicência Zélia Açores Esperança França Sebastião Simão Estevão Beltrão Aragão Leitão
Mourão Pavão Ramalhão Adélaïde Adèle Agnès Aimé Aimée Alizée Amélie Anaïs Andrée André Angèle
Angélique Aurélie Aurélien Barthélemy Beauséjour Bénédicte Benoît Bérénice Besançon Béatrice
Célestin Célia Céline Cécile Chloé Chloë Cléa Cléo Clémence Clément Côté Crépeau Désiré Désirée
Dieudonné Doré Édith Édouard Éléonore Élise Élodie Éloïse Émile Émilie Éric Érica Étienne Ève
Évelyne Félicité Fénelon François Françoise Frédéric Frédérique Gaël Gaëlle Gagné Gédéon Geneviève
Gérald Gérard Gisèle Grégoire Grégory Guérin Guénolé Hébert Hélène Héloïse Hervé Honoré Inès Irène
Isaïe Jérémie Jérémy Jérôme Joëlle Josée Joël Joséphine Laëtitia Légaré Léa Léo Léon Léonard
Léonie Lévesque Lévy Loïc Loïs Maël Maëlle Maéva Marlène Mathéo Mélanie Mélissa Mérimée Michèle
Michaël Moïse Naïma Nadège Noël Noëlla Noémie Océane Orléans Pélagie Péladeau Pépin Poincaré
Prévost Raphaël Régine Réjean Rémi Rémy René Renée Rhéaume Roméo Salomé Sébastien Sévérine Solène
Stéphane Stéphanie Théo Théodore Théophile Thérèse Timothée Valérie Véronique Yaël Zoé Zoë Zélie
Château Forêt École Élémentaire Lycée Collège Île Îles Hôpital Hôtel Nîmes Vendôme Théâtre Drôme
Lemaître Maître Châtelain Châtel Grâce Dubé Lefèvre Lefébvre Lépine Bédard Bélanger Bélisle Bérubé
Bégin Gélinas Giguère Gélin Labbé Lafrenière Larivière Ménard Mercé Paré Sénécal Thériault Vallée
Vallières Després Héroux Côtes Dufrêne Chênevert Lachaîne Brûlé Guérette Légère Bénard Béchard
Hétu Aubé Pagé Crête Bäcker Bär Baumgärtner Börner Böhm Bösch Brüggemann Brühl Bühler Büttner
Döring Dörr Dürr Dürer Fäßler Förster Fröhlich Frühling Gärtner Gößling Götz Göring Grünwald Groß
Grüner Günter Günther Hänsel Härtel Häußler Höfer Höhne Hölder Höller Hübner Hübsch Hüttner Jäger
Jörg Jürgen Jänsch Käfer Kästner Käthe Köhler Köln König Königs Köster Krämer Kröger Krüger Kühn
Küster Lämmle Löffler Löwe Lößnitz Lübeck Lüdtke Mälzer Märtens Möbius Möller Mörike Müller
München Münster Nägele Näher Öhler Österreich Özil Plötz Pöhl Prößl Rädler Räuber Röder Röhrig
Rösler Röttgen Rößler Rüdiger Rühl Schäfer Schäuble Schläfer Schönberg Schöne Schröder Schröter
Schübel Schüler Schülke Schüßler Schütte Schütz Schwärzler Söder Söhne Spät Späth Stößel Sträter
Ströbel Stübner Stürmer Süß Süßmann Täuber Töpfer Träger Tröger Türk Völker Völz Vögele Wächter
Wäger Weiß Weißmann Wöhler Wörner Würth Würtz Zähringer Zöller Zürich Strauß Preuß Heß Voß Reißner
Kißling Straße Mühl Mühle Blümel Böll Kämpfer Kübler Übel Überall Büchner Lüders Göbel Köpke
Röntgen Pfäffle Schäffer Glück Åberg Åkerman Åke Ågren Ångström Åsa Åse Bäckström Bjäre Björk
Björkman Björn Bjørn Bjørnson Bråten Bødker Bøe Dagnæs Dahlén Engström Flodén Frøya Gøran Göran
Grønn Grønlund Håkan Håkon Hägglund Hällström Höglund Høeg Høyer Håvard Holmström Ingebjørg Jörgen
Jørgen Jørgensen Jönsson Järvinen Källström Kjær Kjærgaard Køhler Kåre Lagerlöf Lindén Lindström
Lövgren Løvland Lærke Mårten Mäkinen Mäkelä Malmström Møller Mølgaard Mørk Nordén Norén Nyström
Närhi Öberg Öhman Öman Östberg Østergaard Østby Öström Pålsson Påhl Pär Päivi Rødland Råberg
Sjöberg Sjöström Sjögren Skjærvø Skåne Sköld Søren Sørensen Sæther Ståhl Ström Strömberg Strøm
Svärd Särkkä Tørnquist Törnqvist Vårdal Väinö Västerås Wahlström Ylönen Ålander Åström Ødegaard
Øyvind Øystein Ærø Þór Þóra Guðrún Guðmundur Sigurðsson Sigurður Jóhann Jóhanna Jónsson Jón
Kristján Ólafur Ólöf Páll Stefán Björg Hjálmar Einarsdóttir Jónsdóttir Ásgeir Ásta Örn Össur
Hafþór Seán Séamus Siobhán Róisín Ciarán Caoimhín Pádraig Órla Sinéad Máire Máirín Éamon Éabha
Gráinne Oisín Rónán Bríd Brónach Dáithí Áine Mícheál Nóra Cillín Zoltán László Gábor István Béla
Árpád Ádám Ágnes Éva János József Károly Kovács Mátyás Molnár Mihály Németh Pál Péter Sándor Szabó
Tóth Török Vörös Zsófia Ödön Bárány Hegedüs Bàrbara Núria Mercè Martí Lluís Gràcia Mònica Òscar
Àlex Àngel Xènia Tomàs Nicolò Niccolò Forlì Giosuè Salò Lê Hà Trí Võ Lý Hòa Chí Lâm Mã Châu Ngô Tô
Thái Hoàng Hùng Phúc Quân Tâm Thúy Trà Cúc Liên Yên Xuân Trân Hân Ngân Khánh Bình Đình Hiên Liêm
Phê Quý Viên Nguyên Thiên Phát Hoài Ân Bích Đào Mây Kiên
Aarón Abigaíl Aída Alarcón Alegría Amílcar Anahí Antón Arámbula Armendáriz Arzú Avendaño Azócar
Badía Bahamón Baños Bañuelos Barón Barceló Barrón Bastián Bayón Benavídez Bernabé Bohórquez
Borrás Bretón Briceño Buendía Cantón Carreón Castejón Castellón Castrillón Cañete Cebrián
Cerón Chavarría Cintrón Cristián Cázares Díez Diéguez Echeverría Efrén Eloísa Enríquez España
Expósito Falcón Fermín Flórez Gabaldón Gascón Girón Godínez Guzmán Henríquez Holguín Iñaki Jeremías
Jaén Lebrón Leguía Londoño Manríquez Mariño Marroquín Mascareñas Mejías Menjívar
Miró Mínguez Montalván Montaño Morón Munguía Mía Neftalí Negrón Nuñez Olguín Ortuño Pabón Pavón
Pinzón Piñeiro Pía Rascón Ríos Rolón Rosselló Rómulo Rúa Saldaña Salmerón Saldías Santamaría
Servín Solé Terán Terrón Tobón Toño Urías Vallín Vélez Vidaña Villagómez
Villaseñor Viñas Vizcaíno Yasmín Yazmín Zaldívar Ágata Ámbar Áurea
Benício Cauã Cauê Eloá Fabíola Fogaça Lavínia Lívia Maitê Olívia Ísis Débora Verônica Ângela Álvaro
Bègue Deschênes Dupré Eugène Labonté Laliberté Lelièvre Lévêque Massé Mendès Piché Rivière Danièle
Bähr Bärbel Bräuer Bäck Cäcilia Dörte Döhn Hänel Häring Höfig Jäckel Jähn Jäkel Jörn Käte Matthäus
Neuschäfer Rädel Römer Schönland Söding Sören Sönke Thaddäus Tröst Wähner Bartholomäus Brandstätter
Bergström Björklund Bäckman Boström Börje Dahlström Ekström Hedström Asbjørn Børge Fabiënne Mariën
Adriënne Daniëlle Zoë Noëlle
"""
"""Spanish, Portuguese, French, German, Nordic, Irish, Hungarian, Catalan, Vietnamese; then more of
them, and Dutch."""

CENTRAL_EUROPEAN: Final = """
Łukasz Michał Paweł Wałęsa Wiśniewski Wójcik Kamiński Zieliński Szymański Woźniak Dąbrowski
Kozłowski Jabłoński Pawłowski Michałski Król Wróbel Zając Stępień Górski Mączka Gołąb Gąsior
Głowacki Kołodziej Kaźmierczak Błaszczyk Małgorzata Stanisław Bolesław Władysław Zdzisław Jarosław
Mirosław Przemysław Wiesława Rafał Gaweł Świątek Śliwa Ślązak Żak Żuk Łęcki Łoś Ćwik Bożena
Grażyna Kraków Poznań Gdańsk Łódź Toruń Wrocław Częstochowa Niedźwiedź Jóźwiak Jiří Ondřej Tomáš
Lukáš Zdeněk Václav Matěj Šimon Štěpán Radoš Kateřina Eliška Anežka Novák Novotný Dvořák Černý
Procházka Kučera Veselý Krejčí Horák Němec Pokorný Pospíšil Hájek Jelínek Král Růžička Beneš
Sedláček Doležal Kolář Navrátil Čermák Vaněk Blažek Kříž Kopecký Šťastný Říha Bartoš Moravčík
Kováč Baláž Hudák Ďurica Ľubomír Ľudovít Košice Špaček Horvatić Kovačević Babić Marić Jurić
Novaković Knežević Vuković Perić Blažević Petrović Jovanović Nikolić Đorđević Šarić Živković Čović
Ćosić Miloš Saša Željko Božidar Anđela Nataša Zupančič Erdős Szűcs Győr Füredi Kőszegi Petőfi Jenő
Ernő Dezső Gergő Lőrinc Benkő Wąsik Kępa Bąk Sęk Dębski Pałka Wilczyński Krasiński Wolański
Kwaśniewski Jaśkiewicz Gałązka Kraśko
"""
"""Polish, Czech, Slovak, Croatian, Hungarian: letters that Windows-1252 does not have."""

Context = tuple[str, str, str]
"""The letter before, the accented letter, the letter after; neighbors without accents."""


@cache
def known_names() -> frozenset[str]:
    """Return the names one by one, in lower case."""
    return frozenset(f"{WESTERN} {CENTRAL_EUROPEAN}".lower().split())


@cache
def known_contexts() -> frozenset[Context]:
    """Return where accented letters are in the names."""
    return frozenset(each for name in known_names() for each in contexts(name))


def contexts(word: str) -> Iterator[Context]:
    """Yield each accented letter of `word` between its neighbors ("" at an end), in lower case."""
    letters = word.lower()
    bare = ["", *map(_bare, letters), ""]
    for at, letter in enumerate(letters):
        if letter.isalpha() and not letter.isascii():
            yield bare[at], letter, bare[at + 2]


@cache
def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isalpha() else ""
