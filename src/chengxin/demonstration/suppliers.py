"""The suppliers: departments of the province, the nine prefectures' bureaus, courts, schools, associations.

The departments bear their real names, because items name them; schools and associations are made up. What each may
supply is a mandate, granted through the same operation as in a real province.
"""

from dataclasses import dataclass
from typing import Final

from chengxin.demonstration.places import PREFECTURES, PROVINCE

OFFICE_CODE: Final = "OFFICE"
DEMO_SUPPLIER_CODE: Final = "QZ_MARKET"
DEMO_SCHOOL_CODE: Final = "MINHAI_UNIVERSITY"


@dataclass(frozen=True, slots=True)
class Supplier:
    """An organisation that sends batches.

    Attributes:
        code: Its code here.
        body_code: The catalogue's body whose mandate it exercises.
        division_code: Where it is at home.
        name_zh: Name in Chinese.
        name_en: Name in English.
        items: Item types that it may supply.
        channel: How it usually sends.
    """

    code: str
    body_code: str
    division_code: str
    name_zh: str
    name_en: str
    items: tuple[str, ...]
    channel: str = "PORTAL"


_BUREAU_ITEMS: Final = (
    "MARKET.PENALTY",
    "FOOD.PENALTY",
    "MARKET.ADVERTISING",
    "TRADER.REGISTRATION",
    "FOOD.LICENCE",
    "PLEDGE.LICENSING",
    "PLEDGE.FULFILLED",
)
_BUREAUS: Final = {
    "350100": "FZ", "350200": "XM", "350300": "PT", "350400": "SM", "350500": "QZ", "350600": "ZZ", "350700": "NP",
    "350800": "LY", "350900": "ND",
}  # fmt: skip


def _department(code: str, body: str, name_zh: str, name_en: str, *items: str, channel: str = "API") -> Supplier:
    return Supplier(code, body, PROVINCE, name_zh, name_en, items, channel)


DEPARTMENTS: Final = (
    _department(
        "FJ_MARKET", "FJ.MARKET", "福建省市场监督管理局", "Fujian Administration for Market Regulation",
        "TRADER.REGISTRATION", "COMPANY.LEGAL-REPRESENTATIVE", "COMPANY.MANAGER", "COMPANY.RESPONSIBLE-PERSON",
        "E-COMMERCE.OPERATOR", "FOOD.LICENCE", "EQUIPMENT.OPERATOR", "EQUIPMENT.PENALTY", "E-COMMERCE.VIOLATION",
        "MARKET.SERIOUS-LIST", "HONOUR.GOOD-COUNTERPART", "PLEDGE.LICENSING", "PLEDGE.FULFILLED", "PLEDGE.BREACH",
        "QUALITY.PENALTY",
    ),
    _department("FJ_TAX", "FJ.TAX", "国家税务总局福建省税务局", "Fujian Tax Service",
                "TAX.REGISTRATION", "TAX.ARREARS", "TAX.EVASION", "TAX.SERIOUS-LIST", "HONOUR.GOOD-COUNTERPART"),
    _department("XM_TAX", "FJ.TAX-XIAMEN", "国家税务总局厦门市税务局", "Xiamen Tax Service",
                "TAX.REGISTRATION", "TAX.ARREARS"),
    _department("FJ_EDUCATION", "FJ.EDUCATION", "福建省教育厅", "Fujian Department of Education",
                "TEACHER.LICENCE", "TEACHER.HONOUR", "TEACHER.SANCTION", "STUDENT.REGISTRATION",
                "STUDENT.EXAM-CHEATING"),
    _department("FJ_HUMAN_RESOURCES", "FJ.HUMAN-RESOURCES", "福建省人力资源和社会保障厅",
                "Fujian Department of Human Resources and Social Security",
                "BENEFIT.RECIPIENT", "SKILL.CERTIFICATE", "PLEDGE.EMPLOYMENT", "WAGES.ARREARS", "WAGES.SERIOUS-LIST",
                "SOCIAL-INSURANCE.FRAUD"),
    _department("FJ_JUSTICE", "FJ.JUSTICE", "福建省司法厅", "Fujian Department of Justice",
                "LAWYER.LICENCE", "LAWYER.LEGAL-AID", "LAWYER.PENALTY"),
    _department("FJ_COMMERCE", "FJ.COMMERCE", "福建省商务厅", "Fujian Department of Commerce",
                "E-COMMERCE.PLEDGE"),
    _department("FJ_CIVIL_AFFAIRS", "FJ.CIVIL-AFFAIRS", "福建省民政厅", "Fujian Department of Civil Affairs",
                "CHARITY.DONATION", "CHARITY.HONOUR", "ASSOCIATION.MEMBER"),
    _department("FJ_POLICE", "FJ.POLICE", "福建省公安厅", "Fujian Department of Public Security",
                "HONOUR.BRAVERY", "TRAFFIC.SAFE-DRIVER"),
    _department("FJ_TRANSPORT", "FJ.TRANSPORT", "福建省交通运输厅", "Fujian Department of Transport",
                "TRANSPORT.QUALIFICATION", "TRANSPORT.VIOLATION", "TRAFFIC.SAFE-DRIVER"),
    _department("FJ_HOUSING", "FJ.HOUSING", "福建省住房和城乡建设厅", "Fujian Department of Housing and Construction",
                "CONSTRUCTOR.LICENCE", "CONSTRUCTOR.PENALTY"),
    _department("FJ_HEALTH", "FJ.HEALTH", "福建省卫生健康委员会", "Fujian Health Commission",
                "DOCTOR.LICENCE", "NURSE.LICENCE", "DOCTOR.HONOUR", "DOCTOR.PENALTY"),
    _department("FJ_DRUG", "FJ.DRUG", "福建省药品监督管理局", "Fujian Medical Products Administration",
                "PHARMACIST.LICENCE", "DRUG.PENALTY"),
    _department("FJ_EMERGENCY", "FJ.EMERGENCY", "福建省应急管理厅", "Fujian Department of Emergency Management",
                "SAFETY.SPECIAL-WORKER", "SAFETY.VIOLATION", "SAFETY.HONOUR"),
    _department("FJ_FIRE", "FJ.FIRE", "福建省消防救援总队", "Fujian Fire and Rescue Corps",
                "FIRE.PENALTY", "FIRE.HONOUR"),
    _department("FJ_ECOLOGY", "FJ.ECOLOGY", "福建省生态环境厅", "Fujian Department of Ecology and Environment",
                "ENVIRONMENT.VIOLATION", "ENVIRONMENT.HONOUR"),
    _department("FJ_CULTURE_TOURISM", "FJ.CULTURE-TOURISM", "福建省文化和旅游厅",
                "Fujian Department of Culture and Tourism", "GUIDE.LICENCE", "GUIDE.VIOLATION"),
    _department("FJ_FINANCE", "FJ.FINANCE", "国家金融监督管理总局福建监管局",
                "National Financial Regulatory Administration, Fujian Bureau", "INSURANCE-AGENT.REGISTRATION"),
    _department("FJ_CIVIL_SERVICE", "FJ.CIVIL-SERVICE", "福建省委组织部（省公务员局）", "Fujian Civil Service Bureau",
                "CIVIL-SERVANT.ROSTER", "CIVIL-SERVANT.HONOUR"),
    _department("FJ_CIVILISATION", "FJ.CIVILISATION", "福建省委文明办", "Fujian Office of Civility",
                "HONOUR.MORAL-MODEL", "VOLUNTEER.HONOUR", "HONOUR.CREDIT-EXEMPLAR"),
    _department("FJ_NDRC", "FJ.NDRC", "福建省发展和改革委员会", "Fujian Development and Reform Commission",
                "HONOUR.CREDIT-EXEMPLAR", "HONOUR.GOOD-COUNTERPART"),
    _department("FJ_YOUTH_LEAGUE", "FJ.YOUTH-LEAGUE", "共青团福建省委", "Fujian Youth League",
                "VOLUNTEER.REGISTRATION", "VOLUNTEER.SERVICE"),
    _department("FJ_SOCIAL_WORK", "FJ.SOCIAL-WORK", "福建省委社会工作部", "Fujian Department of Social Work",
                "VOLUNTEER.REGISTRATION", "VOLUNTEER.SERVICE"),
    _department("FJ_TRADE_UNION", "FJ.TRADE-UNION", "福建省总工会", "Fujian Federation of Trade Unions",
                "LABOUR.MODEL-WORKER"),
)  # fmt: skip

BUREAUS: Final = tuple(
    Supplier(
        f"{short}_MARKET",
        "FJ.MARKET",
        code,
        f"{PREFECTURES[code][0]}市场监督管理局",
        f"{PREFECTURES[code][1]} Administration for Market Regulation",
        _BUREAU_ITEMS,
    )
    for code, short in _BUREAUS.items()
)

COURTS: Final = tuple(
    Supplier(
        f"{short}_COURT",
        "FJ.COURT",
        code,
        f"{PREFECTURES[code][0]}中级人民法院",
        f"{PREFECTURES[code][1]} Intermediate People's Court",
        ("COURT.ENFORCEMENT-CASE", "COURT.CONSUMPTION-LIMIT", "COURT.DEFAULT-LIST", "COURT.PERFORMED"),
    )
    for code, short in (("350100", "FZ"), ("350200", "XM"), ("350500", "QZ"))
)

SCHOOLS: Final = tuple(
    Supplier(
        code,
        "CLASS.SCHOOLS",
        division,
        name_zh,
        name_en,
        ("STUDENT.REGISTRATION", "STUDENT.PLEDGE", "STUDENT.HONOUR", "STUDENT.VOLUNTEER", "STUDENT.EXAM-CHEATING"),
    )
    for code, division, name_zh, name_en in (
        (DEMO_SCHOOL_CODE, "350500", "闽海大学（虚构）", "Minhai University (fictional)"),
        ("WUYI_COLLEGE", "350700", "武夷山水学院（虚构）", "Wuyi Landscape College (fictional)"),
        ("LUDAO_VOCATIONAL", "350200", "鹭岛职业学院（虚构）", "Ludao Vocational College (fictional)"),
    )
)

ASSOCIATIONS: Final = (
    Supplier("VOLUNTEERS_UNION", "CLASS.VOLUNTEER-ORGANISATIONS", "350500", "刺桐志愿服务联合会（虚构）",
             "Citong Volunteers' Union (fictional)", ("VOLUNTEER.SERVICE", "VOLUNTEER.REGISTRATION")),
    Supplier("CHARITY_FEDERATION", "CLASS.CHARITIES", "350100", "八闽慈善联合会（虚构）",
             "Bamin Charity Federation (fictional)", ("CHARITY.DONATION",)),
    Supplier("TEA_ASSOCIATION", "CLASS.ASSOCIATIONS", "350500", "清源茶叶行业协会（虚构）",
             "Qingyuan Tea Association (fictional)", ("ASSOCIATION.MEMBER", "ASSOCIATION.PLEDGE", "ASSOCIATION.HONOUR")),
)  # fmt: skip

SUPPLIERS: Final[tuple[Supplier, ...]] = (*DEPARTMENTS, *BUREAUS, *COURTS, *SCHOOLS, *ASSOCIATIONS)
"""All of them, some forty."""

BY_CODE: Final = {supplier.code: supplier for supplier in SUPPLIERS}
OFFICE: Final = Supplier(
    OFFICE_CODE,
    "FJ.NDRC",
    PROVINCE,
    "福建省信用工作办公室（演示）",
    "Fujian Credit Office (demonstration)",
    (),
)
